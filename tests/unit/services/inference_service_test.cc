#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "airy/v1/inference.grpc.pb.h"
#include "tests/testing/test_server.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <typename T>
v1::Image ImageOf(v1::PixelType type, uint32_t rows, uint32_t cols, T value) {
  v1::Image image;
  image.set_type(type);
  image.set_rows(rows);
  image.set_cols(cols);
  const std::vector<T> pixels(static_cast<size_t>(rows) * cols, value);
  image.set_pixels(pixels.data(), pixels.size() * sizeof(T));
  return image;
}

v1::ClassifyRequest RequestOf(std::vector<v1::Image> images) {
  v1::ClassifyRequest request;
  for (v1::Image& image : images) *request.add_images() = std::move(image);
  return request;
}

class InferenceServiceTest : public ::testing::Test {
 protected:
  explicit InferenceServiceTest(
      services::GrpcServerOptions options = {}, size_t queue_capacity = 1000,
      const std::optional<transform::CcfOptions>& ccf = std::nullopt)
      : server(std::move(options), queue_capacity, ccf),
        stub(v1::Inference::NewStub(grpc::CreateCustomChannel(
            server.address(), grpc::InsecureChannelCredentials(), Unlimited()))) {}

  static grpc::ChannelArguments Unlimited() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxSendMessageSize(-1);
    return arguments;
  }

  grpc::Status Classify(const v1::ClassifyRequest& request) {
    grpc::ClientContext context;
    return stub->Classify(&context, request, &response);
  }

  TestServer server;
  std::unique_ptr<v1::Inference::Stub> stub;
  v1::ClassifyResponse response;
};

TEST_F(InferenceServiceTest, ClassifiesEveryPixelTypeInOrder) {
  const grpc::Status status =
      Classify(RequestOf({ImageOf<uint8_t>(v1::UINT8, 300, 224, 10),
                          ImageOf<uint16_t>(v1::UINT16, 1035, 1035, 60),
                          ImageOf<int32_t>(v1::INT32, 224, 224, -20),
                          ImageOf<float>(v1::FLOAT32, 17, 500, 90.0F)}));
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_THAT(response.predictions(), SizeIs(4));
  const std::vector<float> expected = {0.1F, 0.6F, -0.2F, 0.9F};
  for (int i = 0; i < 4; ++i) {
    const v1::Prediction& prediction = response.predictions(i);
    EXPECT_THAT(prediction.probabilities(), SizeIs(kClassCount));
    EXPECT_THAT(prediction.probabilities(),
                Each(FloatNear(expected[static_cast<size_t>(i)], 1e-5F)));
  }
  EXPECT_THAT(response.predictions(0).labels(), IsEmpty());
  EXPECT_THAT(response.predictions(1).labels(), SizeIs(kClassCount));
  EXPECT_EQ(response.predictions(1).labels(0), "spherical_oblate");
  EXPECT_EQ(response.model().name(), "fake");
  EXPECT_EQ(response.model().version(), "7");
  EXPECT_EQ(response.model().sha256(), std::string(64, 'a'));
}

class CcfServiceTest : public InferenceServiceTest {
 protected:
  CcfServiceTest() : InferenceServiceTest({}, 1000, transform::CcfOptions()) {}
};

TEST_F(CcfServiceTest, AModelOfMapsIsShownTheMapsOfImages) {
  std::vector<v1::Image> images;
  std::vector<float> expected;
  for (const double turned_rad : {0.0, 0.3}) {
    const Image image = transform::DropletLike(kInputSize, turned_rad, 20, 1);
    images.push_back(ImageOf<float>(v1::FLOAT32, kInputSize, kInputSize, 0));
    images.back().set_pixels(image.pixels().data(), image.pixels().size_bytes());
    expected.push_back(transform::MapOf(image).at(kInputSize / 2, kInputSize / 2) / 100);
  }
  const grpc::Status status = Classify(RequestOf(std::move(images)));
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_THAT(response.predictions(), SizeIs(2));
  EXPECT_GT(expected[0], 0.001F);
  EXPECT_THAT(response.predictions(0).probabilities(), Each(expected[0]));
  EXPECT_THAT(response.predictions(1).probabilities(), Each(expected[1]));
}

TEST_F(InferenceServiceTest, MultipliesCountsByTheScale) {
  auto request = RequestOf({ImageOf<uint16_t>(v1::UINT16, 448, 448, 10)});
  request.set_counts_scale(2.5F);
  ASSERT_TRUE(Classify(request).ok());
  EXPECT_THAT(response.predictions(0).probabilities(), Each(FloatNear(0.25F, 1e-6F)));
}

TEST_F(InferenceServiceTest, LeavesNonFinitePixelsOutOfTheMean) {
  v1::Image image = ImageOf<float>(v1::FLOAT32, 448, 448, 30.0F);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (size_t i = 0; i < size_t{448} * 448; i += 2) {
    image.mutable_pixels()->replace(i * sizeof(float), sizeof(float),
                                    reinterpret_cast<const char*>(&nan), sizeof(float));
  }
  ASSERT_TRUE(Classify(RequestOf({image})).ok());
  EXPECT_THAT(response.predictions(0).probabilities(), Each(FloatNear(0.3F, 1e-5F)));
}

struct BadRequest {
  const char* name;
  std::function<v1::ClassifyRequest()> make;
  grpc::StatusCode code;
  std::vector<const char*> message_names;
};

v1::ClassifyRequest With(const std::function<void(v1::Image*)>& damage) {
  auto request = RequestOf({ImageOf<uint16_t>(v1::UINT16, 224, 224, 1),
                            ImageOf<uint16_t>(v1::UINT16, 224, 224, 1)});
  damage(request.mutable_images(1));
  return request;
}

v1::ClassifyRequest Scaled(float scale) {
  auto request = RequestOf({ImageOf<uint16_t>(v1::UINT16, 224, 224, 1000)});
  request.set_counts_scale(scale);
  return request;
}

const float kNan = std::numeric_limits<float>::quiet_NaN();
const float kInfinity = std::numeric_limits<float>::infinity();

const std::vector<BadRequest>& BadRequests() {
  static const std::vector<BadRequest> requests = {
      {"NoImage",
       [] { return v1::ClassifyRequest(); },
       grpc::INVALID_ARGUMENT,
       {"images"}},
      {"TooManyImages",
       [] {
         return RequestOf(
             std::vector<v1::Image>(5, ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)));
       },
       grpc::RESOURCE_EXHAUSTED,
       {"images", "1..4", "were 5"}},
      {"NoType",
       [] { return With([](v1::Image* image) { image->clear_type(); }); },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "type", "UINT16", "was 0"}},
      {"UnknownType",
       [] {
         return With(
             [](v1::Image* image) { image->set_type(static_cast<v1::PixelType>(99)); });
       },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "type", "was 99"}},
      {"NoRows",
       [] { return With([](v1::Image* image) { image->set_rows(0); }); },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "rows", "1..2000", "was 0"}},
      {"RowsTooMany",
       [] { return With([](v1::Image* image) { image->set_rows(4'000'000'000U); }); },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "rows", "1..2000", "was 4000000000"}},
      {"ColsTooMany",
       [] { return With([](v1::Image* image) { image->set_cols(2001); }); },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "cols", "1..2000", "was 2001"}},
      {"PixelsMissing",
       [] { return With([](v1::Image* image) { image->clear_pixels(); }); },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "pixels", "100352 bytes", "224x224 uint16", "held 0"}},
      {"OnePixelByteTooMany",
       [] {
         return With([](v1::Image* image) { image->mutable_pixels()->push_back('x'); });
       },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "pixels", "100352 bytes", "held 100353"}},
      {"NothingFinite",
       [] {
         return With([](v1::Image* image) {
           *image = ImageOf<float>(v1::FLOAT32, 224, 224, kNan);
         });
       },
       grpc::INVALID_ARGUMENT,
       {"images[1]", "pixels", "finite", "50176"}},
      {"NegativeScale",
       [] { return Scaled(-1); },
       grpc::INVALID_ARGUMENT,
       {"counts_scale", "was -1"}},
      {"NanScale", [] { return Scaled(kNan); }, grpc::INVALID_ARGUMENT, {"counts_scale"}},
      {"InfiniteScale",
       [] { return Scaled(kInfinity); },
       grpc::INVALID_ARGUMENT,
       {"counts_scale", "was inf"}},
      {"ScaleOverflows",
       [] { return Scaled(1e38F); },
       grpc::INVALID_ARGUMENT,
       {"images[0]", "counts_scale", "finite"}},
      {"MessageTooLarge",
       [] {
         return RequestOf({ImageOf<float>(v1::FLOAT32, 2000, 2000, 1.0F),
                           ImageOf<float>(v1::FLOAT32, 2000, 2000, 1.0F)});
       },
       grpc::RESOURCE_EXHAUSTED,
       {"larger than max", "20000000"}},
  };
  return requests;
}

class BadRequestTest : public InferenceServiceTest,
                       public ::testing::WithParamInterface<BadRequest> {
 protected:
  BadRequestTest()
      : InferenceServiceTest(
            {.max_message_bytes = 20'000'000, .max_images = 4, .max_image_edge = 2000}) {}
};

TEST_P(BadRequestTest, IsRefusedByNameAndTheServerGoesOn) {
  const grpc::Status status = Classify(GetParam().make());
  EXPECT_EQ(status.error_code(), GetParam().code);
  for (const char* name : GetParam().message_names) {
    EXPECT_THAT(status.error_message(), HasSubstr(name));
  }
  EXPECT_EQ(server.queue.run(), 0U) << "part of a bad request was run";
  EXPECT_TRUE(Classify(RequestOf({ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)})).ok());
}

INSTANTIATE_TEST_SUITE_P(All, BadRequestTest, ::testing::ValuesIn(BadRequests()),
                         [](const auto& test) { return std::string(test.param.name); });

class SmallQueueTest : public InferenceServiceTest {
 protected:
  SmallQueueTest() : InferenceServiceTest({}, /*queue_capacity=*/3) {}
};

TEST_F(SmallQueueTest, RefusesTheWholeRequestAndRunsNothingOfIt) {
  server.queue.Hold();
  const grpc::Status status = Classify(
      RequestOf(std::vector<v1::Image>(5, ImageOf<uint8_t>(v1::UINT8, 224, 224, 1))));
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("full"));
  server.queue.Release();
  ASSERT_TRUE(Classify(RequestOf({ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)})).ok());
  EXPECT_EQ(server.queue.run(), 1U);
}

TEST_F(InferenceServiceTest, EndsAtTheDeadlineAndRunsNothingOfIt) {
  server.queue.Hold();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  const auto status = stub->Classify(
      &context, RequestOf({ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)}), &response);
  EXPECT_EQ(status.error_code(), grpc::DEADLINE_EXCEEDED);
  server.queue.WaitForSkipped(1);
  EXPECT_EQ(server.queue.run(), 0U);
}

TEST_F(InferenceServiceTest, CancellationReachesWhatIsQueued) {
  server.queue.Hold();
  grpc::ClientContext context;
  grpc::Status status;
  std::jthread caller([&] {
    status = stub->Classify(
        &context,
        RequestOf(std::vector<v1::Image>(3, ImageOf<uint8_t>(v1::UINT8, 224, 224, 1))),
        &response);
  });
  server.queue.WaitForWaiting(3);
  context.TryCancel();
  caller.join();
  EXPECT_EQ(status.error_code(), grpc::CANCELLED);
  server.queue.WaitForSkipped(3);
  EXPECT_EQ(server.queue.run(), 0U);
}

TEST_F(InferenceServiceTest, PassesTheEnginesFailureOn) {
  server.queue.FailWith(Internal("the device failed"));
  const auto status = Classify(RequestOf({ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)}));
  EXPECT_EQ(status.error_code(), grpc::INTERNAL);
  EXPECT_EQ(status.error_message(), "the device failed");
}

TEST_F(InferenceServiceTest, NeverMixesModelsInOneAnswer) {
  server.queue.SwapModelEachImage();
  const auto image = ImageOf<uint8_t>(v1::UINT8, 224, 224, 1);
  EXPECT_EQ(Classify(RequestOf({image, image})).error_code(), grpc::UNAVAILABLE);
  EXPECT_TRUE(Classify(RequestOf({image})).ok());
}

TEST_F(InferenceServiceTest, AnswersManyClientsEachWithItsOwn) {
  std::vector<std::jthread> clients;
  std::atomic<int> right{0};
  for (uint8_t client = 0; client < 8; ++client) {
    clients.emplace_back([this, client, &right] {
      for (int i = 0; i < 5; ++i) {
        grpc::ClientContext context;
        v1::ClassifyResponse answer;
        // Shapes differ, so that rescalers are lent, kept and made anew at the same time.
        const auto edge = 224U + 8U * client;
        const auto request = RequestOf({ImageOf<uint8_t>(v1::UINT8, edge, edge, client)});
        const auto status = stub->Classify(&context, request, &answer);
        const float expected = static_cast<float>(client) / 100;
        if (status.ok() &&
            std::abs(answer.predictions(0).probabilities(0) - expected) < 1e-5F) {
          ++right;
        }
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 40);
}

TEST_F(InferenceServiceTest, ShutdownAnswersWhatIsUnderWay) {
  server.queue.Hold();
  grpc::Status status;
  std::jthread caller(
      [&] { status = Classify(RequestOf({ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)})); });
  server.queue.WaitForWaiting(1);
  std::jthread stopper([&] { server.server->Shutdown(std::chrono::seconds(20)); });
  server.queue.Release();
  caller.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(InferenceServiceTest, ShutdownBreaksOffWhatTakesTooLong) {
  server.queue.Hold();
  grpc::Status status;
  std::jthread caller(
      [&] { status = Classify(RequestOf({ImageOf<uint8_t>(v1::UINT8, 224, 224, 1)})); });
  server.queue.WaitForWaiting(1);
  server.server->Shutdown(std::chrono::milliseconds(50));
  caller.join();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(server.queue.run(), 0U);
}

}  // namespace
}  // namespace airy::testing
