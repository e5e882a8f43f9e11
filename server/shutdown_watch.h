#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace airy::server {

// Keeps a shutdown within its budget: when the budget is over before the watch is
// destroyed, `on_overrun` is called with the stage that is being waited for. A stage that
// hangs cannot be joined, so the caller ends the process there. Thread-safe.
class ShutdownWatch {
 public:
  using OnOverrun = std::function<void(std::string_view stage)>;

  ShutdownWatch(std::chrono::nanoseconds budget, OnOverrun on_overrun);
  ~ShutdownWatch();

  // What is waited for from now on.
  void Enter(std::string_view stage);

 private:
  void Run(std::chrono::nanoseconds budget);

  const OnOverrun on_overrun_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string stage_;  // guarded by mutex_
  bool done_ = false;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace airy::server
