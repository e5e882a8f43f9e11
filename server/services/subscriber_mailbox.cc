#include "server/services/subscriber_mailbox.h"

#include <utility>

namespace airy::services {

uint64_t SubscriberMailbox::Offer(std::shared_ptr<const pipeline::Record> record) {
  std::shared_ptr<const pipeline::Record> lost;  // freed after the lock
  std::lock_guard lock(mutex_);
  if (closed_ || cancelled_) return 0;
  if (results_.size() >= capacity_) {
    lost = std::move(results_.front());
    results_.pop_front();
    ++missed_;
  }
  results_.push_back(std::move(record));
  return lost == nullptr ? 0 : 1;
}

uint64_t SubscriberMailbox::CountLost() {
  std::lock_guard lock(mutex_);
  if (closed_ || cancelled_) return 0;
  ++missed_;
  return 1;
}

void SubscriberMailbox::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

void SubscriberMailbox::Cancel() {
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  results_.clear();
}

void SubscriberMailbox::Written(bool ok) {
  std::lock_guard lock(mutex_);
  writing_ = false;
  if (ok) return;
  cancelled_ = true;
  results_.clear();
}

SubscriberMailbox::Step SubscriberMailbox::Next() {
  std::lock_guard lock(mutex_);
  Step step;
  if (writing_ || finished_) return step;
  if (!results_.empty()) {
    step.action = Step::Action::kWrite;
    step.record = std::move(results_.front());
    step.missed = missed_;
    results_.pop_front();
    writing_ = true;
  } else if (cancelled_ || closed_) {
    step.action = cancelled_ ? Step::Action::kFinishCancelled : Step::Action::kFinish;
    finished_ = true;
  }
  return step;
}

}  // namespace airy::services
