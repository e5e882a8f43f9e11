#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "preprocess/frame/clock.h"
#include "preprocess/frame/result.h"
#include "server/pipeline/hub.h"
#include "server/pipeline/inference.h"
#include "server/telemetry/metrics.h"

namespace airy::services {

struct GrpcServerOptions {
  std::string address = "127.0.0.1:50051";  // port 0: any free one; see port()
  size_t max_message_bytes = 64 << 20;      // 1 KiB .. 1 GiB; larger: RESOURCE_EXHAUSTED
  size_t max_memory_bytes = 512 << 20;      // of requests in flight; at least one message
  int max_images = 256;                     // 1..4096 per Classify request
  int max_image_edge = 4096;                // 8..32768 pixels, rows and columns
  size_t max_subscribers = 64;              // 1..4096
  size_t subscriber_mailbox_results = 256;  // 1..65536 per subscriber
  std::chrono::seconds keepalive{30};       // 10..7200; silent clients are pinged
};

// The gRPC port: airy.v1, health and reflection. Starts in state NOT_SERVING, which the
// health service shows; calls are answered nevertheless. Thread-compatible.
class GrpcServer {
 public:
  // What the services stand on. All of it outlives the server, and nobody publishes to
  // the hub any more when the server is destroyed.
  struct Backends {
    pipeline::InferenceQueue* inference = nullptr;
    pipeline::Hub* hub = nullptr;
    std::vector<std::string> sources = {};  // names of all configured sources
    telemetry::Metrics* metrics = nullptr;
    const Clock* clock = nullptr;
  };
  // InvalidArgument for an option out of its range; Unavailable when the address cannot
  // be bound. The port is never shared with another process.
  static Result<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options,
                                                   Backends backends);
  ~GrpcServer();  // Shutdown without grace

  int port() const;
  // What the health service answers, for the server and for each service.
  void SetServing(bool serving);
  // Says NOT_SERVING, ends all streams after what was published, takes no more calls,
  // waits up to `grace` for those under way and then breaks them off. Not from a gRPC
  // thread. Idempotent.
  void Shutdown(std::chrono::nanoseconds grace);

 private:
  struct State;
  explicit GrpcServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace airy::services
