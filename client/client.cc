#include "client/client.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "airy/v1/analysis.grpc.pb.h"
#include "airy/v1/inference.grpc.pb.h"
#include "client/message.h"
#include "proto/rpc/grpc_library.h"
#include "proto/rpc/grpc_status.h"

namespace airy::client {
namespace {

grpc::ChannelArguments Arguments(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  arguments.SetMaxSendMessageSize(static_cast<int>(options.max_message_bytes));
  // A display that waits for beam over a firewall notices that the server is gone.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  return arguments;
}

v1::SubscribeRequest ToMessage(const SubscribeOptions& options) {
  v1::SubscribeRequest request;
  request.set_hits_only(options.hits_only);
  *request.mutable_classes() = {options.classes.begin(), options.classes.end()};
  request.set_min_probability(options.min_probability);
  *request.mutable_sources() = {options.sources.begin(), options.sources.end()};
  request.set_with_image(options.with_image);
  return request;
}

}  // namespace

struct Client::State {
  explicit State(const std::shared_ptr<grpc::Channel>& channel)
      : inference(v1::Inference::NewStub(channel)),
        analysis(v1::Analysis::NewStub(channel)) {}

  std::unique_ptr<v1::Inference::Stub> inference;
  std::unique_ptr<v1::Analysis::Stub> analysis;
};

Result<std::unique_ptr<Client>> Client::Connect(const ClientOptions& options) {
  rpc::KeepGrpcLibrary();
  const auto channel = grpc::CreateCustomChannel(
      options.address, grpc::InsecureChannelCredentials(), Arguments(options));
  if (!channel->WaitForConnected(std::chrono::system_clock::now() +
                                 options.connect_timeout)) {
    return Unavailable("no airyd answered at " + options.address + " within " +
                       std::to_string(options.connect_timeout.count()) + " ms");
  }
  return std::unique_ptr<Client>(new Client(std::make_unique<State>(channel)));
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}

Client::~Client() = default;

Result<Classification> Client::Classify(std::span<const PixelView> images,
                                        const ClassifyOptions& options) {
  v1::ClassifyRequest request;
  request.set_counts_scale(options.counts_scale);
  for (const PixelView& image : images) FillImage(image, request.add_images());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + options.timeout);
  v1::ClassifyResponse response;
  AIRY_TRY(rpc::FromGrpc(state_->inference->Classify(&context, request, &response)));

  Classification classification;
  classification.model = FromMessage(response.model());
  for (const v1::Prediction& message : response.predictions()) {
    AIRY_ASSIGN_OR_RETURN(Prediction prediction, FromMessage(message));
    classification.predictions.push_back(std::move(prediction));
  }
  if (classification.predictions.size() != images.size()) {
    return Internal("the server answered " + std::to_string(images.size()) +
                    " images with " + std::to_string(classification.predictions.size()) +
                    " predictions");
  }
  return classification;
}

Status Client::Subscribe(const SubscribeOptions& options,
                         const std::function<void(const FrameResult&)>& on_result,
                         const std::stop_token& stop,
                         const std::function<void()>& on_open) {
  grpc::ClientContext context;
  const auto reader = state_->analysis->Subscribe(&context, ToMessage(options));
  const std::stop_callback cancel(stop, [&] { context.TryCancel(); });
  reader->WaitForInitialMetadata();
  if (on_open) on_open();
  v1::FrameResult message;
  Status failure;
  while (reader->Read(&message)) {
    const auto result = FromMessage(message);
    if (!result.ok()) {
      failure = result.status();
      context.TryCancel();
      break;
    }
    on_result(*result);
  }
  const Status end = rpc::FromGrpc(reader->Finish());
  AIRY_TRY(failure);
  return stop.stop_requested() ? OkStatus() : end;
}

}  // namespace airy::client
