#pragma once

#include <cstdint>

namespace airy::detector {

// SIGINT and SIGTERM as something to wait for. A handler rather than blocked signals:
// OpenBLAS starts threads before main, and a signal that is blocked here would go to one
// of them and end the process. At most one at a time, made in main. Thread-safe.
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
