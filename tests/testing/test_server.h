#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "preprocess/frame/classes.h"
#include "server/pipeline/hub.h"
#include "server/pipeline/record.h"
#include "server/services/grpc_server.h"
#include "server/telemetry/metrics.h"
#include "tests/fakes/fake_inference_queue.h"

namespace airy::testing {

// The daemon's gRPC port, for real, on a free port of loopback; behind it a hub to
// publish to and an inference queue without a network. Sources are cam1 and cam2.
class TestServer {
 public:
  explicit TestServer(services::GrpcServerOptions options = {},
                      size_t queue_capacity = 1000,
                      const std::optional<transform::CcfOptions>& ccf = std::nullopt)
      : metrics(
            {.sources = {"cam1", "cam2"},
             .classes = {kClassNames.begin(), kClassNames.end()},
             .drop_stages = {pipeline::kStageNames.begin(), pipeline::kStageNames.end()},
             .drop_reasons = {pipeline::kDropReasonNames.begin(),
                              pipeline::kDropReasonNames.end()},
             .reject_reasons = {},
             .queues = {}}),
        queue(queue_capacity, ccf) {
    options.address = "127.0.0.1:0";
    auto started = services::GrpcServer::Start(options, {.inference = &queue,
                                                         .hub = &hub,
                                                         .sources = {"cam1", "cam2"},
                                                         .metrics = &metrics,
                                                         .clock = &SystemClock()});
    if (!started.ok()) {
      ADD_FAILURE() << started.status().ToString();
      return;
    }
    server = std::move(started).value();
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }

  telemetry::Metrics metrics;
  pipeline::Hub hub;
  FakeInferenceQueue queue;
  std::unique_ptr<services::GrpcServer> server;
};

}  // namespace airy::testing
