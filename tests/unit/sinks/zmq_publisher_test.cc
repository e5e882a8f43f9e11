#include "server/sinks/zmq_publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "tests/testing/command.h"
#include "tests/testing/records.h"
#include "tests/testing/status.h"

namespace airy::sinks {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MakeDrop;
using testing::MakeHit;
using testing::MakeMiss;
using testing::Share;

std::unique_ptr<ZmqPublisher> StartOrDie(pipeline::Hub* hub,
                                         ZmqPublisherOptions options = {}) {
  options.endpoint = "tcp://127.0.0.1:0";
  auto publisher = ZmqPublisher::Start(options, hub);
  AIRY_CHECK(publisher.ok());
  return std::move(publisher).value();
}

// A reader of the results. Its subscription takes a moment to reach the publisher, which
// says nothing about it, so that tests publish until the first message comes through.
class Reader {
 public:
  explicit Reader(const std::string& endpoint, const std::string& topic = "") {
    socket_.set(zmq::sockopt::subscribe, topic);
    socket_.connect(endpoint);
  }
  // Topic and JSON of the next message, if one comes in time.
  std::optional<std::pair<std::string, json>> Read(std::chrono::milliseconds timeout) {
    zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
    if (zmq::poll(&item, 1, timeout) == 0) return std::nullopt;
    zmq::message_t topic;
    zmq::message_t body;
    EXPECT_TRUE(socket_.recv(topic).has_value());
    EXPECT_TRUE(topic.more());
    EXPECT_TRUE(socket_.recv(body).has_value());
    EXPECT_FALSE(body.more());
    return std::pair(topic.to_string(), json::parse(body.to_string()));
  }
  // Publishes probes of id 0 until one arrives.
  void Join(pipeline::Hub* hub, const pipeline::Record& probe) {
    do {
      hub->Publish(Share(probe));
    } while (!Read(std::chrono::milliseconds(10)));
  }
  // The next message that is not a probe.
  std::pair<std::string, json> ReadResult() {
    while (auto message = Read(std::chrono::seconds(20))) {
      if (message->second.at("train_id") != 0) return *message;
    }
    ADD_FAILURE() << "nothing came";
    return {};
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::sub};
};

TEST(ZmqPublisherTest, TopicsNameWhatBecameOfTheFrameAndItsSource) {
  pipeline::Hub hub;
  const auto publisher = StartOrDie(&hub);
  Reader reader(publisher->endpoint());
  reader.Join(&hub, MakeMiss(0));
  pipeline::Record classified_miss = MakeHit(4);
  classified_miss.hit.is_hit = false;
  pipeline::Record lost_hit = MakeDrop(5);
  lost_hit.hit.is_hit = true;
  for (const auto& record : {MakeHit(1), MakeMiss(2), MakeDrop(3), classified_miss,
                             lost_hit, MakeHit(6, 0.9F, "cam2")}) {
    hub.Publish(Share(record));
  }
  const std::vector<std::string> expected = {"hit.cam1",  "miss.cam1", "drop.cam1",
                                             "miss.cam1", "drop.cam1", "hit.cam2"};
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto [topic, result] = reader.ReadResult();
    EXPECT_EQ(topic, expected[i]);
    EXPECT_EQ(result.at("train_id"), i + 1);
  }
}

TEST(ZmqPublisherTest, SequencesCountPerTopicWithoutGaps) {
  pipeline::Hub hub;
  const auto publisher = StartOrDie(&hub);
  Reader reader(publisher->endpoint(), "hit.cam1");
  reader.Join(&hub, MakeHit(0));
  for (uint64_t id = 1; id <= 20; ++id) {
    hub.Publish(Share(MakeMiss(id)));
    hub.Publish(Share(MakeHit(id)));
    hub.Publish(Share(MakeHit(id, 0.9F, "cam2")));
  }
  std::optional<uint64_t> last;
  for (uint64_t id = 1; id <= 20; ++id) {
    const auto [topic, result] = reader.ReadResult();
    EXPECT_EQ(result.at("train_id"), id);
    EXPECT_EQ(result.at("missed"), 0);
    const uint64_t sequence = result.at("sequence");
    if (last) {
      EXPECT_EQ(sequence, *last + 1);
    }
    last = sequence;
  }
}

TEST(ZmqPublisherTest, LeavesMissesOutOnRequest) {
  pipeline::Hub hub;
  const auto publisher = StartOrDie(&hub, {.publish_misses = false});
  Reader reader(publisher->endpoint());
  reader.Join(&hub, MakeHit(0));
  pipeline::Record classified_miss = MakeHit(2);
  classified_miss.hit.is_hit = false;
  for (const auto& record : {MakeMiss(1), classified_miss, MakeDrop(3)}) {
    hub.Publish(Share(record));
  }
  EXPECT_EQ(reader.ReadResult().second.at("train_id"), 2);
  EXPECT_EQ(reader.ReadResult().second.at("train_id"), 3);
}

TEST(ZmqPublisherTest, PublishesWhatIsQueuedBeforeItEnds) {
  pipeline::Hub hub;
  auto publisher = StartOrDie(&hub);
  Reader reader(publisher->endpoint());
  reader.Join(&hub, MakeHit(0));
  for (uint64_t id = 1; id <= 500; ++id) hub.Publish(Share(MakeHit(id)));
  publisher.reset();
  for (uint64_t id = 1; id <= 500; ++id) {
    ASSERT_EQ(reader.ReadResult().second.at("train_id"), id);
  }
}

TEST(ZmqPublisherTest, PythonReadsTheSchema) {
  pipeline::Hub hub;
  const auto publisher = StartOrDie(&hub);
  testing::CommandResult result;
  std::jthread python([&] {
    result = testing::RunCommand("/usr/bin/python3 " AIRY_SOURCE_DIR
                                 "/tests/unit/sinks/read_results.py " +
                                 publisher->endpoint());
  });
  // The script ends once it has seen every kind; until then there is more to see.
  std::jthread feeder([&](const std::stop_token& stop) {
    for (uint64_t id = 1; !stop.stop_requested(); ++id) {
      hub.Publish(Share(MakeHit(id)));
      hub.Publish(Share(MakeMiss(id)));
      hub.Publish(Share(MakeDrop(id)));
      std::this_thread::yield();
    }
  });
  python.join();
  feeder.request_stop();
  feeder.join();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.lines, ::testing::ElementsAre("drop.cam1 hit.cam1 miss.cam1"));
}

TEST(ZmqPublisherTest, RefusesWhatCannotBe) {
  pipeline::Hub hub;
  const auto publisher = StartOrDie(&hub);
  const auto taken = ZmqPublisher::Start({.endpoint = publisher->endpoint()}, &hub);
  EXPECT_STATUS(StatusCode::kUnavailable, taken);
  EXPECT_THAT(taken.status().message(), HasSubstr(publisher->endpoint()));
  const auto nonsense = ZmqPublisher::Start({.endpoint = "nonsense"}, &hub);
  EXPECT_STATUS(StatusCode::kUnavailable, nonsense);
  EXPECT_THAT(nonsense.status().message(), HasSubstr("'nonsense'"));
  const auto marks = ZmqPublisher::Start({.high_water_mark = 0}, &hub);
  EXPECT_STATUS(StatusCode::kInvalidArgument, marks);
  EXPECT_THAT(marks.status().message(),
              HasSubstr("publisher.high_water_mark must be 1..1000000; was 0"));
  const auto mailbox = ZmqPublisher::Start({.mailbox_records = 0}, &hub);
  EXPECT_STATUS(StatusCode::kInvalidArgument, mailbox);
}

}  // namespace
}  // namespace airy::sinks
