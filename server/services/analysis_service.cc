#include "server/services/analysis_service.h"

#include <utility>

#include "proto/rpc/grpc_status.h"
#include "server/telemetry/log.h"

namespace airy::services {
namespace {

// A Subscribe call that was refused. Deletes itself when gRPC is done with it.
class RefusedCall final : public grpc::ServerWriteReactor<v1::FrameResult> {
 public:
  explicit RefusedCall(const Status& status) { Finish(rpc::ToGrpc(status)); }
  void OnDone() override { delete this; }
};

// A subscriber's mailbox must not keep detector frames, of megabytes each, alive.
std::shared_ptr<const pipeline::Record> WithoutFrame(
    std::shared_ptr<const pipeline::Record> record) {
  if (record->frame == nullptr) return record;
  auto copy = std::make_shared<pipeline::Record>(*record);
  copy->frame.reset();
  return copy;
}

}  // namespace

AnalysisService::AnalysisService(const AnalysisOptions& options,
                                 std::vector<std::string> sources, pipeline::Hub* hub,
                                 telemetry::Metrics* metrics)
    : options_(options),
      sources_(std::move(sources)),
      hub_(hub),
      metrics_(metrics),
      mailbox_(hub->Subscribe({.name = "grpc-stream"}, &OnHubDrop, this)),
      distributor_([this] { Distribute(); }) {}

AnalysisService::~AnalysisService() { Stop(); }

void AnalysisService::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  hub_->Unsubscribe(mailbox_);
  mailbox_->Close();
  if (distributor_.joinable()) distributor_.join();
}

grpc::ServerWriteReactor<v1::FrameResult>* AnalysisService::Subscribe(
    grpc::CallbackServerContext*, const v1::SubscribeRequest* request) {
  const auto subscriber = Add(*request);
  if (!subscriber.ok()) return new RefusedCall(subscriber.status());
  (*subscriber)->Open();
  return subscriber->get();
}

Result<std::shared_ptr<Subscriber>> AnalysisService::Add(
    const v1::SubscribeRequest& request) {
  AIRY_ASSIGN_OR_RETURN(auto filter, SubscriptionFilter::Parse(request, sources_));
  const auto subscriber = std::make_shared<Subscriber>(
      Subscriber::Options{.filter = std::move(filter),
                          .with_image = request.with_image(),
                          .mailbox_capacity = options_.mailbox_capacity,
                          .missed = metrics_->subscriber_missed},
      [this](const Subscriber* gone) { Remove(gone); });
  std::lock_guard lock(mutex_);
  if (stopped_) return Unavailable("the server is stopping");
  if (subscribers_->size() >= options_.max_subscribers) {
    return ResourceExhausted("subscribers must be at most " +
                             std::to_string(options_.max_subscribers) +
                             "; all places are taken");
  }
  auto subscribers = std::make_shared<Subscribers>(*subscribers_);
  subscribers->push_back(subscriber);
  subscribers_ = std::move(subscribers);
  return subscriber;
}

void AnalysisService::Remove(const Subscriber* subscriber) {
  std::lock_guard lock(mutex_);
  auto subscribers = std::make_shared<Subscribers>(*subscribers_);
  std::erase_if(*subscribers,
                [&](const auto& other) { return other.get() == subscriber; });
  subscribers_ = std::move(subscribers);
}

std::shared_ptr<const AnalysisService::Subscribers> AnalysisService::subscribers() const {
  std::lock_guard lock(mutex_);
  return subscribers_;
}

void AnalysisService::Distribute() {
  telemetry::SetThreadName("grpc-stream");
  while (auto record = mailbox_->Pop()) {
    const auto shared = WithoutFrame(std::move(*record));
    const auto current = subscribers();  // keeps them while one leaves
    for (const auto& subscriber : *current) subscriber->Offer(shared);
  }
  // The hub was closed, or we were stopped. Nobody may subscribe to a stream that is
  // over.
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  const auto last = subscribers();
  for (const auto& subscriber : *last) subscriber->Close();
}

void AnalysisService::OnHubDrop(void* service, const pipeline::Mailbox&,
                                const pipeline::Record& record) {
  const auto current = static_cast<AnalysisService*>(service)->subscribers();
  for (const auto& subscriber : *current) subscriber->CountLost(record);
}

}  // namespace airy::services
