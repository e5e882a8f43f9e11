#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "airy/v1/analysis.grpc.pb.h"
#include "tests/testing/records.h"
#include "tests/testing/test_server.h"

namespace airy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A subscriber whose subscription is in place, or was refused, once it is constructed.
class TestSubscriber {
 public:
  TestSubscriber(const std::string& address, const v1::SubscribeRequest& request = {})
      : stub_(v1::Analysis::NewStub(
            grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
    reader_ = stub_->Subscribe(&context_, request);
    reader_->WaitForInitialMetadata();
  }
  bool Read() { return reader_->Read(&result); }
  void Cancel() { context_.TryCancel(); }
  grpc::Status Finish() { return reader_->Finish(); }
  std::vector<uint64_t> ReadTrainIds() {
    std::vector<uint64_t> ids;
    while (Read()) ids.push_back(result.train_id());
    return ids;
  }

  v1::FrameResult result;

 private:
  std::unique_ptr<v1::Analysis::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::FrameResult>> reader_;
};

TEST(AnalysisServiceTest, TellsEverythingOfAClassifiedFrame) {
  TestServer server;
  TestSubscriber subscriber(server.address());
  server.hub.Publish(Share(MakeHit(42, 0.75F)));
  ASSERT_TRUE(subscriber.Read());
  const v1::FrameResult& result = subscriber.result;
  EXPECT_EQ(result.source(), "cam1");
  EXPECT_EQ(result.train_id(), 42U);
  EXPECT_EQ(result.pulse_id(), 2U);
  EXPECT_EQ(result.detector_time_unix_ns(), 1'700'000'000'000'000'000);
  EXPECT_EQ(result.arrival_unix_ns(), 1'700'000'000'001'000'000);
  EXPECT_EQ(result.outcome(), v1::FrameResult::CLASSIFIED);
  EXPECT_TRUE(result.hit());
  EXPECT_EQ(result.lit_pixels(), 5000);
  ASSERT_EQ(result.prediction().probabilities_size(), kClassCount);
  EXPECT_FLOAT_EQ(result.prediction().probabilities(kRound), 0.75F);
  EXPECT_FLOAT_EQ(result.prediction().probabilities(kEmpty), 0.1F);
  EXPECT_THAT(result.prediction().labels(), ElementsAre("round"));
  EXPECT_EQ(result.model().name(), "fake");
  EXPECT_EQ(result.model().version(), "7");
  EXPECT_EQ(result.model().sha256(), std::string(64, 'a'));
  EXPECT_DOUBLE_EQ(result.times().decode_s(), 0.001);
  EXPECT_DOUBLE_EQ(result.times().queue_s(), 0.002);
  EXPECT_DOUBLE_EQ(result.times().preprocess_s(), 0.003);
  EXPECT_DOUBLE_EQ(result.times().batch_s(), 0.005);
  EXPECT_DOUBLE_EQ(result.times().infer_s(), 0.020);
  EXPECT_DOUBLE_EQ(result.times().total_s(), 0.063);
  EXPECT_EQ(result.drop_reason(), "");
  EXPECT_FALSE(result.has_image());
  EXPECT_EQ(result.missed(), 0U);
}

TEST(AnalysisServiceTest, TellsOfMissesAndDrops) {
  TestServer server;
  TestSubscriber subscriber(server.address());
  server.hub.Publish(Share(MakeMiss(1)));
  server.hub.Publish(Share(MakeDrop(2)));
  ASSERT_TRUE(subscriber.Read());
  EXPECT_EQ(subscriber.result.outcome(), v1::FrameResult::MISS);
  EXPECT_FALSE(subscriber.result.hit());
  EXPECT_EQ(subscriber.result.lit_pixels(), 12);
  EXPECT_FALSE(subscriber.result.has_prediction());
  EXPECT_EQ(subscriber.result.times().infer_s(), 0);
  ASSERT_TRUE(subscriber.Read());
  EXPECT_EQ(subscriber.result.outcome(), v1::FrameResult::DROPPED);
  EXPECT_EQ(subscriber.result.drop_stage(), "preprocess");
  EXPECT_EQ(subscriber.result.drop_reason(), "queue_full");
  EXPECT_EQ(subscriber.result.times().preprocess_s(), 0);
}

TEST(AnalysisServiceTest, SendsTheImageTheNetworkSaw) {
  TestServer server;
  v1::SubscribeRequest request;
  request.set_with_image(true);
  TestSubscriber subscriber(server.address(), request);
  server.hub.Publish(Share(MakeHit(77)));
  ASSERT_TRUE(subscriber.Read());
  const v1::Image& image = subscriber.result.image();
  EXPECT_EQ(image.type(), v1::FLOAT32);
  EXPECT_EQ(image.rows(), 224U);
  EXPECT_EQ(image.cols(), 224U);
  ASSERT_EQ(image.pixels().size(), size_t{224} * 224 * 4);
  float pixel = 0;
  std::memcpy(&pixel, image.pixels().data() + (3 * 224 + 4) * sizeof(float),
              sizeof(float));
  EXPECT_EQ(pixel, 77);
}

// Published for every filter: 1 round 0.9, 2 round 0.6, 3 round 0.4, 4 a miss, 5 a drop,
// 6 round 0.9 of cam2, 7 a drop of a hit, 8 bent 0.7.
void PublishAll(pipeline::Hub* hub) {
  hub->Publish(Share(MakeHit(1, 0.9F)));
  hub->Publish(Share(MakeHit(2, 0.6F)));
  hub->Publish(Share(MakeHit(3, 0.4F)));
  hub->Publish(Share(MakeMiss(4)));
  hub->Publish(Share(MakeDrop(5)));
  hub->Publish(Share(MakeHit(6, 0.9F, "cam2")));
  pipeline::Record lost_hit = MakeDrop(7);
  lost_hit.hit.is_hit = true;
  hub->Publish(Share(lost_hit));
  pipeline::Record bent = MakeHit(8, 0.1F);
  bent.probabilities[kBent] = 0.7F;
  bent.labels = 1U << kBent;
  hub->Publish(Share(bent));
}

struct FilterCase {
  const char* name;
  std::function<void(v1::SubscribeRequest*)> set;
  std::vector<uint64_t> expected;
};

class FilterTest : public ::testing::TestWithParam<FilterCase> {};

TEST_P(FilterTest, PassesWhatWasAskedFor) {
  TestServer server;
  v1::SubscribeRequest request;
  GetParam().set(&request);
  TestSubscriber subscriber(server.address(), request);
  PublishAll(&server.hub);
  server.hub.Close();
  EXPECT_EQ(subscriber.ReadTrainIds(), GetParam().expected);
  EXPECT_EQ(subscriber.result.missed(), 0U);
  EXPECT_TRUE(subscriber.Finish().ok());
}

INSTANTIATE_TEST_SUITE_P(
    All, FilterTest,
    ::testing::Values(FilterCase{"Nothing", [](auto*) {}, {1, 2, 3, 4, 5, 6, 7, 8}},
                      FilterCase{"HitsOnly",
                                 [](auto* r) { r->set_hits_only(true); },
                                 {1, 2, 3, 6, 7, 8}},
                      FilterCase{"ClassByThreshold",
                                 [](auto* r) { r->add_classes("round"); },
                                 {1, 2, 6}},
                      FilterCase{"ClassByProbability",
                                 [](auto* r) {
                                   r->add_classes("round");
                                   r->set_min_probability(0.8F);
                                 },
                                 {1, 6}},
                      FilterCase{"BelowTheThresholdOnRequest",
                                 [](auto* r) {
                                   r->add_classes("round");
                                   r->set_min_probability(0.3F);
                                 },
                                 {1, 2, 3, 6}},
                      FilterCase{"AnyOfSeveralClasses",
                                 [](auto* r) {
                                   r->add_classes("bent");
                                   r->add_classes("round");
                                   r->set_min_probability(0.65F);
                                 },
                                 {1, 6, 8}},
                      FilterCase{"AnyClassByProbability",
                                 [](auto* r) { r->set_min_probability(0.65F); },
                                 {1, 6, 8}},
                      FilterCase{"Source", [](auto* r) { r->add_sources("cam2"); }, {6}},
                      FilterCase{"AllAtOnce",
                                 [](auto* r) {
                                   r->set_hits_only(true);
                                   r->add_classes("bent");
                                   r->add_sources("cam1");
                                   r->add_sources("cam2");
                                 },
                                 {8}}),
    [](const auto& test) { return std::string(test.param.name); });

struct BadSubscription {
  const char* name;
  std::function<void(v1::SubscribeRequest*)> set;
  std::vector<const char*> message_names;
};

class BadSubscriptionTest : public ::testing::TestWithParam<BadSubscription> {};

TEST_P(BadSubscriptionTest, IsRefusedByName) {
  TestServer server;
  v1::SubscribeRequest request;
  GetParam().set(&request);
  TestSubscriber subscriber(server.address(), request);
  EXPECT_FALSE(subscriber.Read());
  const grpc::Status status = subscriber.Finish();
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  for (const char* name : GetParam().message_names) {
    EXPECT_THAT(status.error_message(), HasSubstr(name));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSubscriptionTest,
    ::testing::Values(
        BadSubscription{"UnknownClass",
                        [](auto* r) {
                          r->add_classes("round");
                          r->add_classes("sphere");
                        },
                        {"classes[1]", "was 'sphere'", "spherical_oblate, round"}},
        BadSubscription{"UnknownSource",
                        [](auto* r) { r->add_sources("cam9"); },
                        {"sources[0]", "was 'cam9'", "cam1, cam2"}},
        BadSubscription{"ProbabilityAboveOne",
                        [](auto* r) { r->set_min_probability(1.5F); },
                        {"min_probability", "0..1", "was 1.5"}},
        BadSubscription{"ProbabilityBelowZero",
                        [](auto* r) { r->set_min_probability(-0.1F); },
                        {"min_probability", "was -0.1"}},
        BadSubscription{"ProbabilityNan",
                        [](auto* r) {
                          r->set_min_probability(std::numeric_limits<float>::quiet_NaN());
                        },
                        {"min_probability", "0..1"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(AnalysisServiceTest, SlowSubscriberLosesOnlyItsOwn) {
  // Enough bytes that the stream's flow control holds the slow one back.
  constexpr uint64_t kResults = 400;
  TestServer server({.subscriber_mailbox_results = 8});
  v1::SubscribeRequest request;
  request.set_with_image(true);
  TestSubscriber slow(server.address(), request);
  TestSubscriber quick(server.address(), request);
  for (uint64_t id = 1; id <= kResults; ++id) {
    server.hub.Publish(Share(MakeHit(id)));
    ASSERT_TRUE(quick.Read());
    ASSERT_EQ(quick.result.train_id(), id);
  }
  EXPECT_EQ(quick.result.missed(), 0U);
  server.hub.Close();
  const std::vector<uint64_t> seen = slow.ReadTrainIds();
  EXPECT_GT(slow.result.missed(), 0U);
  EXPECT_EQ(seen.size() + slow.result.missed(), kResults);
  EXPECT_EQ(seen.back(), kResults) << "the oldest are lost, never the newest";
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_TRUE(slow.Finish().ok());
  EXPECT_EQ(static_cast<uint64_t>(server.metrics.subscriber_missed->Value()),
            slow.result.missed());
}

TEST(AnalysisServiceTest, TwentySubscribersSeeEverything) {
  constexpr uint64_t kResults = 100;
  TestServer server;
  std::vector<std::unique_ptr<TestSubscriber>> subscribers;
  for (int i = 0; i < 20; ++i) {
    subscribers.push_back(std::make_unique<TestSubscriber>(server.address()));
  }
  for (uint64_t id = 0; id < kResults; ++id) server.hub.Publish(Share(MakeHit(id)));
  server.hub.Close();
  for (const auto& subscriber : subscribers) {
    EXPECT_EQ(subscriber->ReadTrainIds().size(), kResults);
    EXPECT_TRUE(subscriber->Finish().ok());
  }
}

TEST(AnalysisServiceTest, SubscribersComeAndGoWhileResultsFlow) {
  TestServer server;
  std::jthread publisher([&](const std::stop_token& stop) {
    for (uint64_t id = 0; !stop.stop_requested(); ++id) {
      server.hub.Publish(Share(MakeHit(id)));
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 20; ++i) {
    TestSubscriber subscriber(server.address());
    ASSERT_TRUE(subscriber.Read());
    subscriber.Cancel();
    while (subscriber.Read()) {
    }
    EXPECT_EQ(subscriber.Finish().error_code(), grpc::CANCELLED);
  }
}

TEST(AnalysisServiceTest, RefusesMoreThanTheLimitUntilOneLeaves) {
  TestServer server({.max_subscribers = 2});
  TestSubscriber first(server.address());
  TestSubscriber second(server.address());
  TestSubscriber third(server.address());
  EXPECT_FALSE(third.Read());
  const grpc::Status status = third.Finish();
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("at most 2"));

  first.Cancel();
  EXPECT_EQ(first.Finish().error_code(), grpc::CANCELLED);
  // The server learns of it a moment later.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  grpc::Status last = status;
  while (!last.ok() && std::chrono::steady_clock::now() < patience) {
    TestSubscriber fourth(server.address());
    server.hub.Publish(Share(MakeHit(1)));
    last = fourth.Read() ? grpc::Status::OK : fourth.Finish();
    fourth.Cancel();
  }
  EXPECT_TRUE(last.ok()) << last.error_message();
}

TEST(AnalysisServiceTest, ShutdownDeliversWhatWasPublished) {
  TestServer server;
  TestSubscriber subscriber(server.address());
  for (uint64_t id = 0; id < 50; ++id) server.hub.Publish(Share(MakeHit(id)));
  std::jthread stopper([&] { server.server->Shutdown(std::chrono::seconds(20)); });
  EXPECT_EQ(subscriber.ReadTrainIds().size(), 50U);
  EXPECT_TRUE(subscriber.Finish().ok());
}

TEST(AnalysisServiceTest, ShutdownDoesNotWaitLongForAStuckSubscriber) {
  TestServer server({.subscriber_mailbox_results = 8});
  v1::SubscribeRequest request;
  request.set_with_image(true);
  TestSubscriber stuck(server.address(), request);
  for (uint64_t id = 0; id < 400; ++id) server.hub.Publish(Share(MakeHit(id)));
  server.server->Shutdown(std::chrono::milliseconds(100));
  stuck.ReadTrainIds();
  EXPECT_FALSE(stuck.Finish().ok());
}

}  // namespace
}  // namespace airy::testing
