#include "server/services/grpc_server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include <utility>

#include "proto/rpc/grpc_library.h"
#include "server/services/analysis_service.h"
#include "server/services/inference_service.h"
#include "server/telemetry/log.h"

namespace airy::services {
namespace {

Status CheckRange(const char* name, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return OkStatus();
  return InvalidArgument(std::string("grpc.") + name + " must be " + std::to_string(min) +
                         ".." + std::to_string(max) + "; was " + std::to_string(value));
}

Status Check(const GrpcServerOptions& options) {
  const auto count = [](size_t value) { return static_cast<int64_t>(value); };
  const int64_t message = count(options.max_message_bytes);
  AIRY_TRY(CheckRange("max_message_bytes", message, 1 << 10, 1 << 30));
  AIRY_TRY(CheckRange("max_memory_bytes", count(options.max_memory_bytes), message,
                      int64_t{1} << 40));
  AIRY_TRY(CheckRange("max_images", options.max_images, 1, 4096));
  AIRY_TRY(CheckRange("max_image_edge", options.max_image_edge, 8, 32768));
  AIRY_TRY(CheckRange("max_subscribers", count(options.max_subscribers), 1, 4096));
  AIRY_TRY(CheckRange("subscriber_mailbox_results",
                      count(options.subscriber_mailbox_results), 1, 65536));
  return CheckRange("keepalive_s", options.keepalive.count(), 10, 7200);
}

// gRPC's own words go where ours go. What they mean for us is said by a Status.
void OnGrpcLog(gpr_log_func_args* args) {
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    telemetry::LogWarn("grpc", {{"message", args->message}});
  } else {
    telemetry::LogDebug("grpc", {{"message", args->message}});
  }
}

// Clients that fell silent are found, and clients that ping idle streams are tolerated: a
// beamline display may wait for hours for the beam to come back.
void SetKeepalive(std::chrono::seconds interval, grpc::ServerBuilder* builder) {
  const auto interval_ms = static_cast<int>(interval.count()) * 1000;
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, interval_ms);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              10'000);
}

}  // namespace

struct GrpcServer::State {
  State(const GrpcServerOptions& options, Backends backends)
      : inference({.max_images = options.max_images, .max_edge = options.max_image_edge},
                  backends.inference, backends.clock),
        analysis({.max_subscribers = options.max_subscribers,
                  .mailbox_capacity = options.subscriber_mailbox_results},
                 std::move(backends.sources), backends.hub, backends.metrics) {}

  InferenceService inference;
  AnalysisService analysis;
  int port = 0;
  bool shut_down = false;
  std::unique_ptr<grpc::Server> server;
};

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options,
                                                      Backends backends) {
  AIRY_TRY(Check(options));
  rpc::KeepGrpcLibrary();
  gpr_set_log_function(&OnGrpcLog);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  auto state = std::make_unique<State>(options, std::move(backends));
  grpc::ResourceQuota quota("airyd");
  quota.Resize(options.max_memory_bytes);
  grpc::ServerBuilder builder;
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  // Two daemons must not share a port silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  SetKeepalive(options.keepalive, &builder);
  builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(),
                           &state->port);
  builder.RegisterService(&state->inference);
  builder.RegisterService(&state->analysis);
  state->server = builder.BuildAndStart();
  if (state->server == nullptr || state->port == 0) {
    return Unavailable("grpc.address " + options.address +
                       " cannot be bound: in use, or not an address of this machine");
  }
  auto server = std::unique_ptr<GrpcServer>(new GrpcServer(std::move(state)));
  server->SetServing(false);
  return server;
}

GrpcServer::GrpcServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

GrpcServer::~GrpcServer() { Shutdown(std::chrono::nanoseconds(0)); }

int GrpcServer::port() const { return state_->port; }

void GrpcServer::SetServing(bool serving) {
  auto* health = state_->server->GetHealthCheckService();
  health->SetServingStatus("airy.v1.Inference", serving);
  health->SetServingStatus("airy.v1.Analysis", serving);
  health->SetServingStatus(serving);
}

void GrpcServer::Shutdown(std::chrono::nanoseconds grace) {
  if (std::exchange(state_->shut_down, true)) return;
  SetServing(false);
  state_->analysis.Stop();
  state_->server->Shutdown(std::chrono::system_clock::now() +
                           std::chrono::duration_cast<std::chrono::microseconds>(grace));
  state_->server->Wait();
}

}  // namespace airy::services
