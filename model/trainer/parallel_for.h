#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace airy::trainer {

// Calls work(i) once for every i below `count`, in any order, on `threads` (1 or more)
// threads of its own, and returns when all are done. `work` must not throw.
inline void ParallelFor(size_t count, int threads,
                        const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::vector<std::jthread> workers;
  workers.reserve(static_cast<size_t>(threads));
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (size_t i = next++; i < count; i = next++) work(i);
    });
  }
}

}  // namespace airy::trainer
