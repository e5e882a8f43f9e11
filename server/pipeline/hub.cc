#include "server/pipeline/hub.h"

#include <algorithm>

#include "server/pipeline/source.h"

namespace airy::pipeline {
namespace {

bool Wants(const Mailbox::Options& options, const Record& record) {
  return !options.hits_only ||
         (record.outcome == Outcome::kClassified && record.hit.is_hit);
}

}  // namespace

std::shared_ptr<Mailbox> Hub::Subscribe(Mailbox::Options options, OnDrop on_drop,
                                        void* context) {
  auto mailbox = std::make_shared<Mailbox>(std::move(options));
  std::lock_guard lock(mutex_);
  if (closed_) mailbox->Close();
  auto entries = std::make_shared<std::vector<Entry>>(*entries_);
  entries->push_back({mailbox, on_drop, context});
  entries_ = std::move(entries);
  return mailbox;
}

void Hub::Unsubscribe(const std::shared_ptr<Mailbox>& mailbox) {
  mailbox->Close();
  std::lock_guard lock(mutex_);
  auto entries = std::make_shared<std::vector<Entry>>(*entries_);
  std::erase_if(*entries, [&](const Entry& entry) { return entry.mailbox == mailbox; });
  entries_ = std::move(entries);
}

void Hub::Publish(std::shared_ptr<const Record> record) {
  std::shared_ptr<const std::vector<Entry>> entries;
  {
    std::lock_guard lock(mutex_);
    entries = entries_;
  }
  const bool lossless =
      record->source != nullptr && record->source->policy == SourcePolicy::kLossless;
  for (const Entry& entry : *entries) {
    Mailbox& mailbox = *entry.mailbox;
    if (!Wants(mailbox.options(), *record)) continue;
    using Queue = BoundedQueue<std::shared_ptr<const Record>>;
    std::shared_ptr<const Record> copy = record;
    std::optional<std::shared_ptr<const Record>> dropped;
    const bool block = lossless && mailbox.options().blocks_lossless;
    const Queue::PushResult pushed = mailbox.queue_.Push(
        copy, block ? Overflow::kBlock : Overflow::kDropOldest, &dropped);
    // Full of records that may not be dropped: this one is lost instead of the oldest.
    if (pushed == Queue::PushResult::kRefused) dropped = std::move(copy);
    if (!dropped) continue;
    mailbox.dropped_.fetch_add(1, std::memory_order_relaxed);
    if (entry.on_drop != nullptr) entry.on_drop(entry.context, mailbox, **dropped);
  }
}

void Hub::Close() {
  std::shared_ptr<const std::vector<Entry>> entries;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    entries = entries_;
  }
  for (const Entry& entry : *entries) entry.mailbox->Close();
}

size_t Hub::subscribers() const {
  std::lock_guard lock(mutex_);
  return entries_->size();
}

}  // namespace airy::pipeline
