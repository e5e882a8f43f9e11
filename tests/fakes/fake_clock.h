#pragma once

#include <atomic>

#include "preprocess/frame/clock.h"

namespace airy::testing {

// Stands still until the test moves it.
class FakeClock final : public Clock {
 public:
  int64_t SteadyNs() const override { return steady_ns_.load(); }
  int64_t UnixNs() const override {
    return 1'700'000'000'000'000'000 + steady_ns_.load();
  }
  void Advance(int64_t ns) { steady_ns_.fetch_add(ns); }

 private:
  std::atomic<int64_t> steady_ns_{1'000'000'000};
};

}  // namespace airy::testing
