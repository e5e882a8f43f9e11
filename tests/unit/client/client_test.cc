#include "client/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/testing/records.h"
#include "tests/testing/status.h"
#include "tests/testing/test_server.h"

namespace airy::client {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using testing::MakeDrop;
using testing::MakeHit;
using testing::MakeMiss;
using testing::Share;
using testing::TestServer;

std::unique_ptr<Client> ConnectOrDie(const TestServer& server) {
  auto client = Client::Connect({.address = server.address()});
  AIRY_CHECK(client.ok());
  return std::move(client).value();
}

// 256 x 300 pixels of one value, in the C++ type that goes with `type`.
template <typename T>
class Pixels {
 public:
  Pixels(PixelType type, T value) : values_(256 * 300, value), type_(type) {}
  PixelView view() const { return DenseView(values_.data(), type_, 256, 300); }

 private:
  std::vector<T> values_;
  PixelType type_;
};

TEST(ClientTest, SendsEveryPixelType) {
  TestServer server;
  const auto client = ConnectOrDie(server);
  const Pixels<uint8_t> uint8(PixelType::kUint8, 10);
  const Pixels<uint16_t> uint16(PixelType::kUint16, 20);
  const Pixels<uint32_t> uint32(PixelType::kUint32, 30);
  const Pixels<int16_t> int16(PixelType::kInt16, -40);
  const Pixels<int32_t> int32(PixelType::kInt32, -50);
  const Pixels<float> float32(PixelType::kFloat32, 60);
  const Pixels<double> float64(PixelType::kFloat64, 70.5);
  const std::vector<PixelView> images = {uint8.view(),  uint16.view(), uint32.view(),
                                         int16.view(),  int32.view(),  float32.view(),
                                         float64.view()};
  const auto answer = client->Classify(images);
  ASSERT_OK(answer);
  const std::vector<float> expected = {0.1F, 0.2F, 0.3F, -0.4F, -0.5F, 0.6F, 0.705F};
  ASSERT_EQ(answer->predictions.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_THAT(answer->predictions[i].probabilities,
                Each(FloatNear(expected[i], 1e-5F)));
  }
  EXPECT_TRUE(answer->predictions[0].labels.empty());
  EXPECT_EQ(answer->predictions[5].labels.size(), kClassNames.size());
  EXPECT_EQ(answer->model.name, "fake");
  EXPECT_EQ(answer->model.sha256, std::string(64, 'a'));
}

TEST(ClientTest, SendsViewsOfAnyStrideDense) {
  TestServer server;
  const auto client = ConnectOrDie(server);
  // 448 x 448, every second column 50, seen as 448 x 224 through a stride of 2.
  std::vector<uint16_t> values(size_t{448} * 448, 9999);
  for (size_t i = 0; i < values.size(); i += 2) values[i] = 50;
  PixelView view = DenseView(values.data(), PixelType::kUint16, 448, 224);
  view.row_stride = 448;
  view.col_stride = 2;
  const auto answer = client->Classify(std::vector{view}, {.counts_scale = 0.5F});
  ASSERT_OK(answer);
  EXPECT_THAT(answer->predictions[0].probabilities, Each(FloatNear(0.25F, 1e-5F)));
}

TEST(ClientTest, PassesTheServersRefusalOn) {
  TestServer server({.max_image_edge = 200});
  const auto client = ConnectOrDie(server);
  const Pixels<uint8_t> image(PixelType::kUint8, 10);
  const auto answer = client->Classify(std::vector{image.view()});
  EXPECT_STATUS(StatusCode::kInvalidArgument, answer);
  EXPECT_THAT(answer.status().message(),
              HasSubstr("images[0]: rows must be 1..200; was 256"));
}

TEST(ClientTest, GivesUpAfterItsTimeout) {
  TestServer server;
  server.queue.Hold();
  const auto client = ConnectOrDie(server);
  const Pixels<uint8_t> image(PixelType::kUint8, 10);
  EXPECT_STATUS(StatusCode::kDeadlineExceeded,
                client->Classify(std::vector{image.view()},
                                 {.timeout = std::chrono::milliseconds(50)}));
}

TEST(ClientTest, SaysWhenNobodyAnswers) {
  // Port 1 of loopback: nobody listens there.
  const auto client = Client::Connect(
      {.address = "127.0.0.1:1", .connect_timeout = std::chrono::milliseconds(100)});
  EXPECT_STATUS(StatusCode::kUnavailable, client);
  EXPECT_THAT(client.status().message(), HasSubstr("127.0.0.1:1"));
}

TEST(ClientTest, SubscribesUntilTheServerEnds) {
  TestServer server;
  const auto client = ConnectOrDie(server);
  std::vector<FrameResult> results;
  const Status status = client->Subscribe(
      {.with_image = true}, [&](const FrameResult& result) { results.push_back(result); },
      {},
      [&] {
        server.hub.Publish(Share(MakeHit(42, 0.75F)));
        server.hub.Publish(Share(MakeMiss(43)));
        server.hub.Publish(Share(MakeDrop(44, "cam2")));
        server.hub.Close();
      });
  EXPECT_OK(status);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].source, "cam1");
  EXPECT_EQ(results[0].train_id, 42U);
  EXPECT_EQ(results[0].pulse_id, 2U);
  EXPECT_EQ(results[0].outcome, Outcome::kClassified);
  EXPECT_TRUE(results[0].hit);
  EXPECT_EQ(results[0].lit_pixels, 5000);
  EXPECT_EQ(results[0].prediction.probabilities[kRound], 0.75F);
  EXPECT_THAT(results[0].prediction.labels, ElementsAre("round"));
  EXPECT_EQ(results[0].model.version, "7");
  EXPECT_EQ(results[0].detector_time_unix_ns, 1'700'000'000'000'000'000);
  EXPECT_EQ(results[0].arrival_unix_ns, 1'700'000'000'001'000'000);
  EXPECT_DOUBLE_EQ(results[0].seconds.infer, 0.020);
  EXPECT_DOUBLE_EQ(results[0].seconds.total, 0.063);
  ASSERT_TRUE(results[0].image.has_value());
  EXPECT_EQ(results[0].image->at(3, 4), 42);
  EXPECT_EQ(results[1].outcome, Outcome::kMiss);
  EXPECT_FALSE(results[1].image.has_value());
  EXPECT_EQ(results[2].outcome, Outcome::kDropped);
  EXPECT_EQ(results[2].source, "cam2");
  EXPECT_EQ(results[2].drop_stage, "preprocess");
  EXPECT_EQ(results[2].drop_reason, "queue_full");
}

TEST(ClientTest, SubscribesUntilItIsStopped) {
  TestServer server;
  const auto client = ConnectOrDie(server);
  std::stop_source stop;
  int results = 0;
  const Status status = client->Subscribe(
      {}, [&](const FrameResult&) { results += stop.request_stop() ? 1 : 0; },
      stop.get_token(), [&] { server.hub.Publish(Share(MakeHit(1))); });
  EXPECT_OK(status);
  EXPECT_EQ(results, 1);
}

TEST(ClientTest, StopsWhileNothingComes) {
  TestServer server;
  const auto client = ConnectOrDie(server);
  std::stop_source stop;
  const auto never = [](const FrameResult&) { ADD_FAILURE() << "nothing was published"; };
  EXPECT_OK(client->Subscribe({}, never, stop.get_token(), [&] { stop.request_stop(); }));
}

TEST(ClientTest, PassesTheRefusalOfASubscriptionOn) {
  TestServer server;
  const auto client = ConnectOrDie(server);
  const auto status =
      client->Subscribe({.classes = {"sphere"}}, [](const FrameResult&) {});
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_THAT(status.message(), HasSubstr("was 'sphere'"));
}

TEST(ClientTest, LosingTheServerIsUnavailable) {
  TestServer server({.subscriber_mailbox_results = 400});
  const auto client = ConnectOrDie(server);
  // The first result holds this reader up, so that its stream cannot be drained in time:
  // 80 MB are more than gRPC lets a connection hold.
  std::atomic<bool> first{true};
  const Status status = client->Subscribe(
      {.with_image = true},
      [&](const FrameResult&) {
        if (!first.exchange(false)) return;
        for (uint64_t id = 0; id < 400; ++id) server.hub.Publish(Share(MakeHit(id)));
        server.server->Shutdown(std::chrono::milliseconds(50));
      },
      {}, [&] { server.hub.Publish(Share(MakeHit(1))); });
  EXPECT_FALSE(status.ok());
}

}  // namespace
}  // namespace airy::client
