#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "preprocess/frame/clock.h"
#include "server/pipeline/inference.h"

namespace airy::testing {

// A batcher without a network: each probability of an image is its middle pixel / 100, so
// that a test can tell images apart. Answers on a thread of its own, as the real one
// does; while held it answers nothing but what is cancelled or late. Thread-safe.
class FakeInferenceQueue final : public pipeline::InferenceQueue {
 public:
  // `ccf`: what its model says it was trained on.
  explicit FakeInferenceQueue(
      size_t capacity = 1000,
      const std::optional<transform::CcfOptions>& ccf = std::nullopt)
      : capacity_(capacity) {
    model_.ccf = ccf;
    model_.name = "fake";
    model_.version = "7";
    model_.sha256 = std::string(64, 'a');
    model_.thresholds.fill(0.5F);
    SwapModel();
    worker_ = std::thread([this] { Work(); });
  }
  ~FakeInferenceQueue() override {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }

  void Classify(std::shared_ptr<const Image> image, int64_t deadline_steady_ns,
                std::shared_ptr<const std::atomic<bool>> cancelled,
                std::function<void(const Answer&)> done) override {
    {
      std::lock_guard lock(mutex_);
      if (waiting_.size() < capacity_) {
        waiting_.push_back({std::move(image), deadline_steady_ns, std::move(cancelled),
                            std::move(done)});
        changed_.notify_all();
        return;
      }
    }
    done({.status = ResourceExhausted("the request queue is full"), .model = nullptr});
  }
  std::shared_ptr<const model::ModelInfo> model() const override {
    std::lock_guard lock(mutex_);
    return current_;
  }

  // Images pile up until Release.
  void Hold() {
    std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void WaitForWaiting(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() >= count; });
  }
  // Waits until `count` images were answered as cancelled or late, without being run.
  void WaitForSkipped(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return skipped_ >= count; });
  }
  size_t run() const {
    std::lock_guard lock(mutex_);
    return run_;
  }
  // Every image from now on fails with `status`.
  void FailWith(Status status) {
    std::lock_guard lock(mutex_);
    failure_ = std::move(status);
  }
  // Every further image of this run is answered by a new model.
  void SwapModelEachImage() {
    std::lock_guard lock(mutex_);
    swap_each_image_ = true;
  }

 private:
  struct Waiting {
    std::shared_ptr<const Image> image;
    int64_t deadline_steady_ns;
    std::shared_ptr<const std::atomic<bool>> cancelled;
    std::function<void(const Answer&)> done;

    bool stale() const {
      return *cancelled ||
             (deadline_steady_ns != 0 && deadline_steady_ns <= SystemClock().SteadyNs());
    }
  };

  void SwapModel() { current_ = std::make_shared<const model::ModelInfo>(model_); }

  void Work() {
    std::unique_lock lock(mutex_);
    while (!closed_ || !waiting_.empty()) {
      const auto next =
          std::find_if(waiting_.begin(), waiting_.end(),
                       [&](const Waiting& w) { return !held_ || closed_ || w.stale(); });
      if (next == waiting_.end()) {
        // Nothing tells this fake that a request went stale; it looks again soon.
        changed_.wait_for(lock, std::chrono::milliseconds(5));
        continue;
      }
      const Waiting waiting = std::move(*next);
      waiting_.erase(next);
      const Answer answer = AnswerTo(waiting);
      lock.unlock();
      waiting.done(answer);
      lock.lock();
      changed_.notify_all();
    }
  }

  Answer AnswerTo(const Waiting& waiting) {  // mutex_ held
    Answer answer;
    if (waiting.stale()) {
      ++skipped_;
      answer.status = *waiting.cancelled
                          ? Status(StatusCode::kCancelled, "cancelled")
                          : Status(StatusCode::kDeadlineExceeded, "the deadline passed");
      return answer;
    }
    ++run_;
    if (swap_each_image_) SwapModel();
    answer.status = failure_;
    answer.model = current_;
    answer.probabilities.fill(waiting.image->at(kInputSize / 2, kInputSize / 2) / 100);
    return answer;
  }

  const size_t capacity_;
  model::ModelInfo model_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::shared_ptr<const model::ModelInfo> current_;
  Status failure_;
  bool held_ = false;
  bool closed_ = false;
  bool swap_each_image_ = false;
  size_t run_ = 0;
  size_t skipped_ = 0;
  std::thread worker_;
};

}  // namespace airy::testing
