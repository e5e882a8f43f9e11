#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace airy::pipeline {

// Told of an exception that escaped a stage: the daemon must stop in order and exit 70,
// because a daemon that is half dead is worse than one that is restarted. Called on the
// thread that failed; must not block.
using OnFailure = std::function<void(std::string_view stage, std::string_view what)>;

// The named threads of one stage. Whoever owns it makes the body end (by closing the
// queue it pops from) before Join or destruction. Thread-compatible.
class StageThreads {
 public:
  StageThreads(std::string name, OnFailure on_failure)
      : name_(std::move(name)), on_failure_(std::move(on_failure)) {}
  ~StageThreads() { Join(); }
  StageThreads(const StageThreads&) = delete;
  StageThreads& operator=(const StageThreads&) = delete;

  // Starts a thread called "<name>-<index>" that runs `body`. An exception that leaves it
  // is logged and reported.
  void Start(std::function<void()> body);
  // Waits until every body has returned. Idempotent.
  void Join();
  const std::string& name() const { return name_; }

 private:
  void RunGuarded(const std::string& thread_name, const std::function<void()>& body);

  const std::string name_;
  const OnFailure on_failure_;
  std::vector<std::jthread> threads_;  // last: joined before what they use goes
};

}  // namespace airy::pipeline
