#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/engine.h"
#include "preprocess/frame/clock.h"
#include "preprocess/frame/result.h"
#include "server/config.h"
#include "server/ingest/zmq_source.h"
#include "server/pipeline/pipeline.h"
#include "server/services/grpc_server.h"
#include "server/shutdown_watch.h"
#include "server/sinks/hit_recorder.h"
#include "server/sinks/zmq_publisher.h"
#include "server/telemetry/metrics.h"
#include "server/thread_plan.h"
#include "server/web/http_server.h"

namespace airy::server {

// The whole daemon, composed of what the configuration asks for: the only place that
// names concrete classes. Owned by one thread.
class Server {
 public:
  // Loads an engine that is not warm yet.
  using EngineFactory = std::function<Result<std::unique_ptr<model::Engine>>(
      const EngineOptions& options, int max_batch)>;

  // Builds everything, warms as many engines as `threads` plans, and then starts the
  // sources: when it returns, frames are being handled. `make_engine` and `clock` are
  // used until the server is destroyed. Errors say which key of the configuration is to
  // be mended.
  static Result<std::unique_ptr<Server>> Start(const Config& config,
                                               const ThreadPlan& threads,
                                               const EngineFactory& make_engine,
                                               const Clock& clock,
                                               pipeline::OnFailure on_failure);
  ~Server();

  // Stops the sources, works off what is queued within the budget, closes files and
  // connections. Never returns when a stage hangs beyond the budget: on_overrun is told
  // which, on another thread. Idempotent.
  void Shutdown(ShutdownWatch::OnOverrun on_overrun);

  // Where it listens, with the ports that were chosen in place of 0.
  std::string grpc_address() const;
  std::string http_address() const;
  std::string results_endpoint() const;  // empty: not published
  // The endpoint of source `name`.
  std::string source_endpoint(const std::string& name) const;
  std::string MetricsPage();

 private:
  Server(const Config& config, std::vector<pipeline::SourceInfo> sources,
         const Clock& clock);

  Status StartWeb();
  Status StartPipeline(const ThreadPlan& threads, const EngineFactory& make_engine,
                       pipeline::OnFailure on_failure);
  Status StartConsumers();
  Status StartSources();

  const Config config_;
  const std::vector<pipeline::SourceInfo> source_infos_;
  const Clock& clock_;
  bool stopped_ = false;
  std::atomic<bool> ready_{false};
  std::atomic<pipeline::Pipeline*> measured_{nullptr};  // whose queues the page shows
  std::unique_ptr<telemetry::Metrics> metrics_;
  // Downstream first, so that destruction takes away the sources before what they feed.
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<sinks::HitRecorder> recorder_;
  std::unique_ptr<sinks::ZmqPublisher> publisher_;
  std::unique_ptr<services::GrpcServer> grpc_;
  std::unique_ptr<web::HttpServer> web_;
  std::vector<std::unique_ptr<ingest::ZmqSource>> sources_;
};

}  // namespace airy::server
