#include "server/pipeline/stage_threads.h"

#include <exception>

#include "server/telemetry/log.h"

namespace airy::pipeline {

void StageThreads::Start(std::function<void()> body) {
  std::string thread_name = name_ + "-" + std::to_string(threads_.size());
  threads_.emplace_back([this, thread_name = std::move(thread_name),
                         body = std::move(body)] { RunGuarded(thread_name, body); });
}

void StageThreads::Join() { threads_.clear(); }

void StageThreads::RunGuarded(const std::string& thread_name,
                              const std::function<void()>& body) {
  telemetry::SetThreadName(thread_name);
  std::string what = "unknown exception";
  try {
    body();
    return;
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
  }
  telemetry::LogError("stage failed", {{"stage", name_}, {"error", what}});
  on_failure_(name_, what);
}

}  // namespace airy::pipeline
