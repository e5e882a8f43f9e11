#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/pipeline/bounded_queue.h"
#include "server/pipeline/record.h"

namespace airy::pipeline {

// A consumer's own bounded queue of records. The hub fills it; the consumer empties it
// from one thread. Thread-safe.
class Mailbox {
 public:
  struct Options {
    std::string name;
    size_t capacity = 1024;
    // kDropOldest for viewers. kBlock makes this consumer part of the back-pressure of
    // lossless sources (the recorder); records of newest sources then still drop.
    bool blocks_lossless = false;
    // Records of these kinds only.
    bool hits_only = false;
  };
  explicit Mailbox(Options options)
      : options_(std::move(options)), queue_(options_.capacity) {}

  std::optional<std::shared_ptr<const Record>> Pop() { return queue_.Pop(); }
  std::optional<std::shared_ptr<const Record>> PopFor(std::chrono::nanoseconds timeout,
                                                      bool* closed) {
    return queue_.PopFor(timeout, closed);
  }
  void Close() { queue_.Close(); }
  size_t depth() const { return queue_.size(); }
  // Records dropped because the consumer was too slow.
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  const Options& options() const { return options_; }

 private:
  friend class Hub;
  const Options options_;
  BoundedQueue<std::shared_ptr<const Record>> queue_;
  std::atomic<uint64_t> dropped_{0};
};

// Hands every record to every mailbox and waits for none of them, except a mailbox that
// blocks lossless sources, for records of such a source. Thread-safe.
class Hub {
 public:
  // Called (on the publishing thread) for each record that `mailbox` lost.
  using OnDrop = void (*)(void* context, const Mailbox& mailbox, const Record& record);

  std::shared_ptr<Mailbox> Subscribe(Mailbox::Options options, OnDrop on_drop = nullptr,
                                     void* context = nullptr);
  void Unsubscribe(const std::shared_ptr<Mailbox>& mailbox);
  void Publish(std::shared_ptr<const Record> record);
  // Closes every mailbox; consumers drain what is in them.
  void Close();
  size_t subscribers() const;

 private:
  struct Entry {
    std::shared_ptr<Mailbox> mailbox;
    OnDrop on_drop;
    void* context;
  };
  mutable std::mutex mutex_;
  // Replaced, never changed, so that Publish walks it without the lock.
  std::shared_ptr<const std::vector<Entry>> entries_ =
      std::make_shared<const std::vector<Entry>>();  // guarded by mutex_
  bool closed_ = false;                              // guarded by mutex_
};

}  // namespace airy::pipeline
