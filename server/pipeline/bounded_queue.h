#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "preprocess/frame/check.h"

namespace airy::pipeline {

// What Push does when the queue is full.
enum class Overflow {
  kBlock,       // wait for room: lossless sources
  kRefuse,      // take nothing: remote requests
  kDropOldest,  // make room by dropping the oldest item that may be dropped: live sources
};

// A closable FIFO of at most `capacity` items between threads. Every item says how it
// wants to be treated when the queue is full; an item pushed with kDropOldest may itself
// be dropped for a later one, the others never are. Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {
    AIRY_CHECK(capacity > 0);
  }

  enum class PushResult {
    kOk,
    kRefused,  // full (kRefuse, or kDropOldest with nothing to drop); the item is
               // untouched
    kClosed,   // the item is untouched
  };

  // Moves `item` in. When another item had to make room it is moved into *dropped, so
  // that its loss can be counted by who knows what it was.
  PushResult Push(T& item, Overflow overflow, std::optional<T>* dropped = nullptr) {
    std::unique_lock lock(mutex_);
    if (overflow == Overflow::kBlock) {
      room_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    }
    if (closed_) return PushResult::kClosed;
    if (items_.size() >= capacity_) {
      if (overflow != Overflow::kDropOldest || !DropOldest(dropped)) {
        return PushResult::kRefused;
      }
    }
    items_.push_back(Entry{std::move(item), overflow == Overflow::kDropOldest});
    lock.unlock();
    arrived_.notify_one();
    return PushResult::kOk;
  }

  // Waits for an item; nothing once the queue is closed and empty.
  std::optional<T> Pop() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    return TakeFront(lock);
  }

  // Waits for an item until `timeout`; *closed tells whether there will never be another.
  std::optional<T> PopFor(std::chrono::nanoseconds timeout, bool* closed) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, timeout, [&] { return closed_ || !items_.empty(); });
    *closed = closed_ && items_.empty();
    if (items_.empty()) return std::nullopt;
    return TakeFront(lock);
  }

  // Takes an item if there is one.
  std::optional<T> TryPop() {
    std::unique_lock lock(mutex_);
    if (items_.empty()) return std::nullopt;
    return TakeFront(lock);
  }

  // No more pushes; pops go on until the queue is empty. Idempotent.
  void Close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    arrived_.notify_all();
    room_.notify_all();
  }

  size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  size_t capacity() const { return capacity_; }

 private:
  struct Entry {
    T item;
    bool droppable;
  };

  std::optional<T> TakeFront(std::unique_lock<std::mutex>& lock) {  // releases it
    std::optional<T> item(std::move(items_.front().item));
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return item;
  }

  bool DropOldest(std::optional<T>* dropped) {  // mutex_ held
    for (auto it = items_.begin(); it != items_.end(); ++it) {
      if (!it->droppable) continue;
      if (dropped != nullptr) dropped->emplace(std::move(it->item));
      items_.erase(it);
      return true;
    }
    return false;
  }

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable room_;
  std::deque<Entry> items_;  // guarded by mutex_
  bool closed_ = false;      // guarded by mutex_
};

}  // namespace airy::pipeline
