#include "server/shutdown_watch.h"

#include <utility>

#include "server/telemetry/log.h"

namespace airy::server {

ShutdownWatch::ShutdownWatch(std::chrono::nanoseconds budget, OnOverrun on_overrun)
    : on_overrun_(std::move(on_overrun)), thread_([this, budget] { Run(budget); }) {}

ShutdownWatch::~ShutdownWatch() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
}

void ShutdownWatch::Enter(std::string_view stage) {
  telemetry::LogDebug("waiting for", {{"stage", stage}});
  std::lock_guard lock(mutex_);
  stage_ = stage;
}

void ShutdownWatch::Run(std::chrono::nanoseconds budget) {
  telemetry::SetThreadName("shutdown");
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, budget, [this] { return done_; })) return;
  const std::string stage = stage_;
  lock.unlock();
  on_overrun_(stage);
}

}  // namespace airy::server
