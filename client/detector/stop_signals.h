#pragma once

#include <cstdint>

namespace airy::detector {

// SIGINT and SIGTERM as something to wait for instead of something that interrupts. Made
// in main before any other thread, so that all inherit the blocked signals. Thread-safe.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Whether one has come; once true, always true.
  bool Raised() const;
  // Waits until this time on the steady clock; true at once when a signal comes.
  bool WaitUntil(int64_t steady_ns) const;
  // Readable once one has come.
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace airy::detector
