#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "preprocess/frame/clock.h"

namespace airy::pipeline {

// Until when a stopping pipeline still works off what it took in. Later, frames are only
// accounted for, as dropped with reason "shutdown", so that the daemon ends within its
// budget however full its queues are. Thread-safe.
class Drain {
 public:
  // Starts the countdown.
  void Begin(int64_t until_steady_ns) {
    until_ns_.store(until_steady_ns, std::memory_order_relaxed);
  }
  bool Expired(const Clock& clock) const {
    const int64_t until_ns = until_ns_.load(std::memory_order_relaxed);
    return until_ns != kNever && clock.SteadyNs() >= until_ns;
  }

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  std::atomic<int64_t> until_ns_{kNever};
};

}  // namespace airy::pipeline
