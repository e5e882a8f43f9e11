#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "airy/v1/analysis.grpc.pb.h"
#include "server/pipeline/hub.h"
#include "server/services/subscriber.h"

namespace airy::services {

struct AnalysisOptions {
  size_t max_subscribers = 64;
  size_t mailbox_capacity = 256;  // results, per subscriber
};

// airy.v1.Analysis: the live stream for whoever subscribes. One thread ("grpc-stream")
// hands each record of the hub to the mailboxes of all subscribers; gRPC's own threads
// write them out. Thread-safe.
class AnalysisService final : public v1::Analysis::CallbackService {
 public:
  // `sources`: the names of all sources, for the filter. Hub and metrics outlive the
  // service, and nobody publishes to the hub any more when the service is destroyed.
  AnalysisService(const AnalysisOptions& options, std::vector<std::string> sources,
                  pipeline::Hub* hub, telemetry::Metrics* metrics);
  ~AnalysisService() override;

  grpc::ServerWriteReactor<v1::FrameResult>* Subscribe(
      grpc::CallbackServerContext* context, const v1::SubscribeRequest* request) override;

  // Ends every stream after the results that were published so far; later subscribers get
  // UNAVAILABLE. Idempotent; waits for the thread, not for the clients.
  void Stop();

 private:
  using Subscribers = std::vector<std::shared_ptr<Subscriber>>;

  Result<std::shared_ptr<Subscriber>> Add(const v1::SubscribeRequest& request);
  void Remove(const Subscriber* subscriber);
  std::shared_ptr<const Subscribers> subscribers() const;
  void Distribute();
  static void OnHubDrop(void* service, const pipeline::Mailbox& mailbox,
                        const pipeline::Record& record);

  const AnalysisOptions options_;
  const std::vector<std::string> sources_;
  pipeline::Hub* const hub_;
  telemetry::Metrics* const metrics_;
  mutable std::mutex mutex_;
  // Replaced, never changed, so that it is walked without the lock.
  std::shared_ptr<const Subscribers> subscribers_ =
      std::make_shared<const Subscribers>();  // guarded by mutex_
  bool stopped_ = false;                      // guarded by mutex_
  const std::shared_ptr<pipeline::Mailbox> mailbox_;
  std::jthread distributor_;
};

}  // namespace airy::services
