#include "server/services/subscriber.h"

#include <utility>

#include "server/services/result_message.h"

namespace airy::services {

Subscriber::Subscriber(Options options, std::function<void(Subscriber*)> on_gone)
    : options_(std::move(options)), on_gone_(std::move(on_gone)) {}

void Subscriber::Open() { StartSendInitialMetadata(); }

void Subscriber::Offer(const std::shared_ptr<const pipeline::Record>& record) {
  if (!options_.filter.Matches(*record)) return;
  {
    std::lock_guard lock(mutex_);
    if (closing_ || cancelled_) return;
    if (mailbox_.size() >= options_.mailbox_capacity) {
      mailbox_.pop_front();
      CountMissed();
    }
    mailbox_.push_back(record);
  }
  Advance();
}

void Subscriber::CountLost(const pipeline::Record& record) {
  if (!options_.filter.Matches(record)) return;
  std::lock_guard lock(mutex_);
  CountMissed();
}

void Subscriber::CountMissed() {
  ++missed_;
  options_.missed->Increment();
}

void Subscriber::Close() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  Advance();
}

void Subscriber::OnCancel() {
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    mailbox_.clear();
  }
  Advance();
}

void Subscriber::OnDone() {
  const auto on_gone = std::move(on_gone_);  // outlives *this, which may end in the call
  on_gone(this);
}

void Subscriber::Written(bool ok) {
  {
    std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) {
      cancelled_ = true;
      mailbox_.clear();
    }
  }
  Advance();
}

void Subscriber::Advance() {
  std::shared_ptr<const pipeline::Record> record;
  uint64_t missed = 0;
  bool cancelled = false;
  {
    std::lock_guard lock(mutex_);
    if (writing_ || finished_) return;
    if (!mailbox_.empty()) {
      record = std::move(mailbox_.front());
      mailbox_.pop_front();
      writing_ = true;
    } else if (closing_ || cancelled_) {
      finished_ = true;
    } else {
      return;
    }
    missed = missed_;
    cancelled = cancelled_;
  }
  if (record == nullptr) {
    Finish(cancelled ? grpc::Status::CANCELLED : grpc::Status::OK);
    return;
  }
  FillFrameResult(*record, options_.with_image, &message_);
  message_.set_missed(missed);
  StartWrite(&message_);
}

}  // namespace airy::services
