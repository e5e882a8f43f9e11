#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <functional>
#include <memory>

#include "airy/v1/analysis.pb.h"
#include "server/pipeline/record.h"
#include "server/services/subscriber_mailbox.h"
#include "server/services/subscription_filter.h"
#include "server/telemetry/metrics.h"

namespace airy::services {

// One Subscribe call: a mailbox of the results that pass its filter, written out one
// after the other. A client that reads slowly keeps the write under way waiting, and
// loses what its mailbox has no room for. Nobody waits on a Subscriber. Thread-safe.
class Subscriber final : public grpc::ServerWriteReactor<v1::FrameResult> {
 public:
  struct Options {
    SubscriptionFilter filter;
    bool with_image = false;
    size_t mailbox_capacity = 256;
    telemetry::Counter* missed = nullptr;  // of all subscribers together
  };
  // `on_gone` is called once, when gRPC is done with the call; *this may end in it.
  Subscriber(Options options, std::function<void(Subscriber*)> on_gone);

  // Tells the client that it will get every result from now on. Call it first.
  void Open() { StartSendInitialMetadata(); }
  // Queues the record if it passes the filter.
  void Offer(const std::shared_ptr<const pipeline::Record>& record);
  // Counts a record that was lost on its way to Offer, if it would have passed.
  void CountLost(const pipeline::Record& record);
  // Ends the stream, with OK, after what is in the mailbox.
  void Close();

  void OnSendInitialMetadataDone(bool ok) override { Written(ok); }
  void OnWriteDone(bool ok) override { Written(ok); }
  void OnCancel() override;
  void OnDone() override;

 private:
  void Written(bool ok);
  // Does what the mailbox says is next. *this may be gone afterwards.
  void Advance();

  const Options options_;
  std::function<void(Subscriber*)> on_gone_;
  SubscriberMailbox mailbox_;
  v1::FrameResult message_;  // belongs to the write under way
};

}  // namespace airy::services
