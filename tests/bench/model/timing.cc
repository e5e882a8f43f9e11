#include "tests/bench/model/timing.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace airy::model {

Timing TimeCalls(int64_t images, double seconds, const std::function<void()>& run) {
  constexpr int kUntimed = 2;
  constexpr size_t kLeastCalls = 3;
  for (int i = 0; i < kUntimed; ++i) run();
  std::vector<double> taken_ms;
  double total_ms = 0;
  while (taken_ms.size() < kLeastCalls || total_ms < 1e3 * seconds) {
    const auto start = std::chrono::steady_clock::now();
    run();
    taken_ms.push_back(std::chrono::duration<double, std::milli>(
                           std::chrono::steady_clock::now() - start)
                           .count());
    total_ms += taken_ms.back();
  }
  std::sort(taken_ms.begin(), taken_ms.end());
  const size_t calls = taken_ms.size();
  return {.images_per_s =
              1e3 * static_cast<double>(calls) * static_cast<double>(images) / total_ms,
          .p50_ms = taken_ms[calls / 2],
          .p99_ms = taken_ms[calls * 99 / 100],
          .calls = static_cast<int64_t>(calls)};
}

}  // namespace airy::model
