#pragma once

#include <cstdint>

namespace airy::cli {

// One thing to wait for: SIGINT, SIGTERM, or Notify from any thread. A handler and not a
// blocked mask, because libraries start threads before main that a mask does not reach. A
// second signal of a kind ends the process as usual. One object at a time. Thread-safe.
class StopEvent {
 public:
  StopEvent();
  ~StopEvent();
  StopEvent(const StopEvent&) = delete;
  StopEvent& operator=(const StopEvent&) = delete;

  void Notify();
  // True if it came before `timeout_ns` passed.
  bool WaitFor(int64_t timeout_ns);
};

}  // namespace airy::cli
