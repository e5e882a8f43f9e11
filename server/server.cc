#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "preprocess/transform/ccf_options.h"
#include "server/source_info.h"
#include "server/telemetry/log.h"

namespace airy::server {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// The share of the shutdown budget in which queued frames are still worked off; the rest
// is for closing files and connections.
constexpr double kDrainShare = 0.7;

std::string WithPort(const std::string& address, int port) {
  return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

// Loads and warms as many engines as the plan says, one after the other: each times its
// variants at warm-up, which needs the cores for itself.
Result<std::vector<std::unique_ptr<model::Engine>>> MakeEngines(
    const Config& config, const Server::EngineFactory& make_engine,
    const ThreadPlan& threads) {
  std::vector<std::unique_ptr<model::Engine>> engines;
  EngineOptions options = config.engine;
  for (int i = 0; i < threads.engine_instances; ++i) {
    auto engine = make_engine(options, config.pipeline.batch.max_size);
    if (!engine.ok()) return engine.status().WithContext("engine");
    AIRY_TRY((*engine)->WarmUp().WithContext("engine"));
    const model::ModelInfo& info = (*engine)->info();
    telemetry::LogInfo("engine ready", {{"instance", i},
                                        {"model", info.name},
                                        {"version", info.version},
                                        {"sha256", info.sha256},
                                        {"device", info.device},
                                        {"dtype", info.dtype},
                                        {"memory_format", info.memory_format},
                                        {"input", transform::DescribeInput(info.ccf)}});
    // What the first one found fastest holds for its copies, so that all answer alike.
    options.dtype =
        info.dtype == "bf16" ? EngineOptions::Dtype::kBf16 : EngineOptions::Dtype::kFp32;
    const bool on_gpu = info.device.starts_with("cuda");
    engines.push_back(std::move(engine).value());
    if (on_gpu && config.engine.instances == 0) break;
  }
  return engines;
}

}  // namespace

Server::Server(const Config& config, std::vector<pipeline::SourceInfo> sources,
               const Clock& clock)
    : config_(config),
      source_infos_(std::move(sources)),
      clock_(clock),
      metrics_(std::make_unique<telemetry::Metrics>(pipeline::LabelsFor(source_infos_))) {
}

Result<std::unique_ptr<Server>> Server::Start(const Config& config,
                                              const ThreadPlan& threads,
                                              const EngineFactory& make_engine,
                                              const Clock& clock,
                                              pipeline::OnFailure on_failure) {
  std::vector<pipeline::SourceInfo> sources;
  for (const auto& [name, options] : config.sources) {
    auto source = MakeSourceInfo(name, static_cast<int>(sources.size()), options);
    if (!source.ok()) return source.status();
    sources.push_back(std::move(source).value());
  }
  std::unique_ptr<Server> server(new Server(config, std::move(sources), clock));
  AIRY_TRY(server->StartWeb());
  AIRY_TRY(server->StartPipeline(threads, make_engine, std::move(on_failure)));
  AIRY_TRY(server->StartConsumers());
  AIRY_TRY(server->StartSources());
  server->ready_ = true;
  server->grpc_->SetServing(true);
  return server;
}

Server::~Server() {
  Shutdown([](std::string_view) { std::abort(); });
}

Status Server::StartWeb() {
  web::HttpPages pages;
  pages.metrics = [this] { return MetricsPage(); };
  pages.readiness = [this] {
    return ready_ ? OkStatus() : Unavailable("the server is starting or stopping");
  };
  auto web = web::HttpServer::Start(config_.web, std::move(pages));
  if (!web.ok()) return web.status().WithContext("web.listen");
  web_ = std::move(web).value();
  return OkStatus();
}

Status Server::StartPipeline(const ThreadPlan& threads, const EngineFactory& make_engine,
                             pipeline::OnFailure on_failure) {
  AIRY_ASSIGN_OR_RETURN(auto engines, MakeEngines(config_, make_engine, threads));
  pipeline::PipelineOptions options = config_.pipeline;
  options.worker_threads = threads.worker_threads;
  options.ccf = config_.preprocess.Ccf();
  std::vector<pipeline::IdSequenceOptions> ids;
  for (const auto& [name, source] : config_.sources) ids.push_back(source.ids);
  AIRY_ASSIGN_OR_RETURN(pipeline_, pipeline::Pipeline::Create(
                                       options, source_infos_, ids, std::move(engines),
                                       *metrics_, clock_, std::move(on_failure)));
  measured_ = pipeline_.get();
  return OkStatus();
}

// Everything that listens to results; all of it has subscribed before the first frame.
Status Server::StartConsumers() {
  if (config_.recorder_enabled) {
    pipeline::Ledger& ledger = pipeline_->ledger();
    sinks::HitRecorderEvents events;
    events.saved = [&ledger](const pipeline::Record& hit) { ledger.HitSaved(hit); };
    events.lost = [&ledger](const pipeline::Record& hit, pipeline::DropReason reason) {
      ledger.HitLost(hit, reason);
    };
    auto recorder = sinks::HitRecorder::Start(config_.recorder, std::move(events),
                                              &pipeline_->hub(), clock_);
    if (!recorder.ok()) return recorder.status().WithContext("recorder.directory");
    recorder_ = std::move(recorder).value();
  }
  if (config_.publisher_enabled) {
    auto publisher = sinks::ZmqPublisher::Start(config_.publisher, &pipeline_->hub(),
                                                metrics_->subscriber_missed);
    if (!publisher.ok()) return publisher.status().WithContext("publisher.endpoint");
    publisher_ = std::move(publisher).value();
  }
  services::GrpcServer::Backends backends;
  backends.inference = &pipeline_->inference();
  backends.hub = &pipeline_->hub();
  backends.metrics = metrics_.get();
  backends.clock = &clock_;
  for (const auto& [name, source] : config_.sources) backends.sources.push_back(name);
  auto grpc = services::GrpcServer::Start(config_.grpc, std::move(backends));
  if (!grpc.ok()) return grpc.status().WithContext("grpc.listen");
  grpc_ = std::move(grpc).value();
  return OkStatus();
}

Status Server::StartSources() {
  pipeline_->Start();
  for (const auto& [name, options] : config_.sources) {
    auto source = ingest::ZmqSource::Create(options.zmq,
                                            pipeline_->intake(sources_.size()), clock_);
    if (!source.ok()) return source.status().WithContext("source." + name);
    AIRY_TRY((*source)->Start().WithContext("source." + name));
    sources_.push_back(std::move(source).value());
  }
  return OkStatus();
}

void Server::Shutdown(ShutdownWatch::OnOverrun on_overrun) {
  if (std::exchange(stopped_, true)) return;
  const std::chrono::nanoseconds budget(config_.server.shutdown_budget_ms * kNsPerMs);
  const int64_t begin_ns = clock_.SteadyNs();
  const int64_t until_ns =
      begin_ns + static_cast<int64_t>(kDrainShare * static_cast<double>(budget.count()));
  ShutdownWatch watch(budget, std::move(on_overrun));
  ready_ = false;
  if (grpc_) grpc_->SetServing(false);
  if (pipeline_) pipeline_->BeginDrain(until_ns);
  if (recorder_) recorder_->BeginDrain(until_ns);
  watch.Enter("sources");
  for (const auto& source : sources_) source->Stop();
  if (pipeline_) {
    pipeline_->Stop(until_ns, [&](std::string_view stage) { watch.Enter(stage); });
  }
  watch.Enter("recorder");
  recorder_.reset();
  watch.Enter("publisher");
  publisher_.reset();
  watch.Enter("grpc");
  if (grpc_) {
    const int64_t left_ns = begin_ns + budget.count() / 10 * 9 - clock_.SteadyNs();
    grpc_->Shutdown(std::chrono::nanoseconds(std::max<int64_t>(left_ns, 0)));
    grpc_.reset();
  }
  watch.Enter("web");
  web_.reset();
}

std::string Server::MetricsPage() {
  if (pipeline::Pipeline* const pipeline = measured_) pipeline->MeasureQueues();
  return metrics_->Render();
}

std::string Server::grpc_address() const {
  return WithPort(config_.grpc.address, grpc_->port());
}

std::string Server::http_address() const {
  return WithPort(config_.web.address, web_->port());
}

std::string Server::results_endpoint() const {
  return publisher_ ? publisher_->endpoint() : "";
}

std::string Server::source_endpoint(const std::string& name) const {
  size_t index = 0;
  for (const auto& [configured, options] : config_.sources) {
    if (configured == name) return sources_[index]->LastEndpoint();
    ++index;
  }
  return "";
}

}  // namespace airy::server
