#pragma once

#include <cstdint>
#include <limits>

namespace airy::ingest {

// Decides when a client that asks for each message sends its next request: at once when a
// server connects or replies, else after a timeout that doubles up to 64-fold while the
// server stays silent, so that requests do not pile up in a server that has nothing to
// send. Never while disconnected: ZeroMQ would still take the request, into the pipe of
// the connection that is gone. Owned by one thread.
class RequestSchedule {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  explicit RequestSchedule(int64_t timeout_ns)
      : timeout_ns_(timeout_ns), patience_ns_(timeout_ns) {}

  bool IsDue(int64_t now_ns) const { return now_ns >= due_ns_; }
  // Nanoseconds until a request is due, at least 0; or kNever.
  int64_t UntilDue(int64_t now_ns) const {
    if (IsDue(now_ns)) return 0;
    return due_ns_ == kNever ? kNever : due_ns_ - now_ns;
  }

  void Connected() { AskAtOnce(); }
  void Replied() { AskAtOnce(); }
  void Disconnected() { due_ns_ = kNever; }
  void Sent(int64_t now_ns) {
    due_ns_ = now_ns + patience_ns_;
    if (patience_ns_ < kMaxFactor * timeout_ns_) patience_ns_ *= 2;
  }

 private:
  static constexpr int64_t kMaxFactor = 64;
  static constexpr int64_t kAtOnce = std::numeric_limits<int64_t>::min();

  void AskAtOnce() {
    due_ns_ = kAtOnce;
    patience_ns_ = timeout_ns_;
  }

  const int64_t timeout_ns_;
  int64_t patience_ns_;
  int64_t due_ns_ = kNever;
};

}  // namespace airy::ingest
