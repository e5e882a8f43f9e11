#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "preprocess/frame/result.h"
#include "server/pipeline/hub.h"
#include "server/telemetry/metrics.h"

namespace airy::sinks {

struct ZmqPublisherOptions {
  std::string endpoint = "tcp://127.0.0.1:45001";  // port 0: any free one; see endpoint()
  int high_water_mark = 1000;     // 1..1,000,000 messages per reader; a slower one loses
  bool publish_misses = true;     // frames that were neither a hit nor classified
  size_t mailbox_records = 1024;  // 1..1,000,000, between the pipeline and the socket
};

// Publishes each record of the hub on a ZeroMQ PUB socket as two parts, topic and JSON
// (README.md): "hit.<source>", "miss.<source>" or "drop.<source>". Nobody waits for a
// slow reader. Thread-compatible; the socket belongs to the thread "sink-zmq".
class ZmqPublisher {
 public:
  // Binds and begins. InvalidArgument for an option out of its range, Unavailable when
  // the endpoint cannot be bound. `lost`, if given, counts the records that the
  // publisher was too slow for. It and the hub outlive the publisher.
  static Result<std::unique_ptr<ZmqPublisher>> Start(const ZmqPublisherOptions& options,
                                                     pipeline::Hub* hub,
                                                     telemetry::Counter* lost = nullptr);
  // Publishes what the mailbox holds, gives readers up to half a second to take it, ends.
  ~ZmqPublisher();

  // The endpoint bound, with the port in place of 0.
  const std::string& endpoint() const;
  // Records lost because this publisher was too slow for the pipeline.
  uint64_t missed() const;

 private:
  struct State;
  explicit ZmqPublisher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace airy::sinks
