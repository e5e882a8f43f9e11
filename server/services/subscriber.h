#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "airy/v1/analysis.pb.h"
#include "server/pipeline/record.h"
#include "server/services/subscription_filter.h"
#include "server/telemetry/metrics.h"

namespace airy::services {

// One Subscribe call: a bounded mailbox of the results that pass its filter, and the one
// write that gRPC allows to be under way. A client that reads slowly keeps that write
// waiting; its mailbox fills and the oldest result in it is lost and counted.
// Nobody waits on a Subscriber. Thread-safe.
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
  void Open();
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
  void CountMissed();  // mutex_ held
  void Written(bool ok);
  // Starts the next write, or finishes, if there is something to do and nothing under
  // way.
  void Advance();

  const Options options_;
  std::function<void(Subscriber*)> on_gone_;
  v1::FrameResult message_;  // belongs to the write under way
  std::mutex mutex_;
  std::deque<std::shared_ptr<const pipeline::Record>> mailbox_;  // guarded by mutex_
  uint64_t missed_ = 0;                                          // guarded by mutex_
  bool writing_ = true;     // guarded by mutex_; true from the start: Open writes first
  bool closing_ = false;    // guarded by mutex_
  bool cancelled_ = false;  // guarded by mutex_
  bool finished_ = false;   // guarded by mutex_
};

}  // namespace airy::services
