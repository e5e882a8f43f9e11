#pragma once

#include <cstdint>
#include <functional>

namespace airy::model {

// What calls of one kind took, one after the other.
struct Timing {
  double images_per_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;  // of fewer than 100 calls: the longest
  int64_t calls = 0;
};

// Calls `run`, which handles `images` at a time and returns when they are done: twice
// untimed, then for `seconds` and at least three times.
Timing TimeCalls(int64_t images, double seconds, const std::function<void()>& run);

}  // namespace airy::model
