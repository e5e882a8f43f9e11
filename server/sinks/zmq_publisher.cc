#include "server/sinks/zmq_publisher.h"

#include <map>
#include <string_view>
#include <thread>
#include <utility>
#include <zmq.hpp>

#include "server/sinks/result_json.h"
#include "server/telemetry/log.h"

namespace airy::sinks {
namespace {

constexpr int kLingerMs = 500;

Status CheckRange(const char* name, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return OkStatus();
  return InvalidArgument(std::string("publisher.") + name + " must be " +
                         std::to_string(min) + ".." + std::to_string(max) + "; was " +
                         std::to_string(value));
}

std::string_view TopicKind(const pipeline::Record& record) {
  if (record.outcome == pipeline::Outcome::kDropped) return "drop.";
  return record.hit.is_hit ? "hit." : "miss.";
}

}  // namespace

struct ZmqPublisher::State {
  explicit State(bool with_misses) : publish_misses(with_misses) {}

  void Bind(const ZmqPublisherOptions& options) {
    socket.set(zmq::sockopt::sndhwm, options.high_water_mark);
    socket.set(zmq::sockopt::linger, kLingerMs);
    socket.bind(options.endpoint);
    endpoint = socket.get(zmq::sockopt::last_endpoint);
  }

  void Run() {
    telemetry::SetThreadName("sink-zmq");
    while (const auto record = mailbox->Pop()) {
      if (publish_misses || (*record)->outcome != pipeline::Outcome::kMiss) {
        Publish(**record);
      }
    }
    socket.close();
  }

  void Publish(const pipeline::Record& record) {
    topic.assign(TopicKind(record));
    topic += record.id.source;
    WriteResultJson(
        record, {.sequence = sequences[topic]++, .missed = mailbox->dropped()}, &json);
    try {
      // A PUB socket never blocks: what a reader has no room for is lost to that reader.
      socket.send(zmq::buffer(topic), zmq::send_flags::sndmore);
      socket.send(zmq::buffer(json), zmq::send_flags::none);
    } catch (const zmq::error_t& error) {
      telemetry::LogError("publish failed", {{"error", error.what()}});
    }
  }

  const bool publish_misses;
  std::string endpoint;
  pipeline::Hub* hub = nullptr;
  std::shared_ptr<pipeline::Mailbox> mailbox;
  zmq::context_t context;
  // Bound by Start and handed to the thread with it; only the thread touches it
  // afterwards.
  zmq::socket_t socket{context, zmq::socket_type::pub};
  // Owned by the thread:
  std::map<std::string, uint64_t> sequences;  // by topic
  std::string topic;
  std::string json;
  std::jthread thread;
};

Result<std::unique_ptr<ZmqPublisher>> ZmqPublisher::Start(
    const ZmqPublisherOptions& options, pipeline::Hub* hub, telemetry::Counter* lost) {
  AIRY_TRY(CheckRange("high_water_mark", options.high_water_mark, 1, 1'000'000));
  AIRY_TRY(CheckRange("mailbox_records", static_cast<int64_t>(options.mailbox_records), 1,
                      1'000'000));
  std::unique_ptr<State> state;
  try {
    state = std::make_unique<State>(options.publish_misses);
    state->Bind(options);
  } catch (const zmq::error_t& error) {
    return Unavailable("publisher.endpoint '" + options.endpoint +
                       "' cannot be bound: " + error.what());
  }
  state->hub = hub;
  const pipeline::Hub::OnDrop count = [](void* counter, const pipeline::Mailbox&,
                                         const pipeline::Record&) {
    static_cast<telemetry::Counter*>(counter)->Increment();
  };
  state->mailbox =
      hub->Subscribe({.name = "sink-zmq", .capacity = options.mailbox_records},
                     lost == nullptr ? nullptr : count, lost);
  state->thread = std::jthread([state = state.get()] { state->Run(); });
  return std::unique_ptr<ZmqPublisher>(new ZmqPublisher(std::move(state)));
}

ZmqPublisher::ZmqPublisher(std::unique_ptr<State> state) : state_(std::move(state)) {}

ZmqPublisher::~ZmqPublisher() {
  state_->hub->Unsubscribe(state_->mailbox);
  state_->mailbox->Close();
}

const std::string& ZmqPublisher::endpoint() const { return state_->endpoint; }

uint64_t ZmqPublisher::missed() const { return state_->mailbox->dropped(); }

}  // namespace airy::sinks
