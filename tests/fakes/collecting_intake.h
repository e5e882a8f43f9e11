#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "server/pipeline/source.h"

namespace airy::testing {

// Remembers what a source hands in. Thread-safe.
class CollectingIntake : public pipeline::Intake {
 public:
  static constexpr std::chrono::seconds kPatience{20};

  explicit CollectingIntake(std::string name = "test") { source_.name = std::move(name); }

  struct Rejected {
    pipeline::RejectReason reason;
    std::string detail;
  };

  const pipeline::SourceInfo& source() const override { return source_; }
  bool Submit(Frame frame) override {
    return Change([&] {
      if (closed_) return false;
      frames_.push_back(std::move(frame));
      return true;
    });
  }
  void Reject(pipeline::RejectReason reason, const std::string& detail) override {
    Change([&] {
      rejected_.push_back({reason, detail});
      return true;
    });
  }
  void SetConnected(bool connected) override {
    Change([&] {
      connected_ = connected;
      return true;
    });
  }

  // From now on every frame is refused, as by a pipeline that is closing.
  void Close() {
    Change([&] { return closed_ = true; });
  }

  // Each waits until what it names has happened; false when kPatience ran out.
  bool WaitForFrames(size_t count) {
    return Wait([&] { return frames_.size() >= count; });
  }
  bool WaitForRejections(size_t count) {
    return Wait([&] { return rejected_.size() >= count; });
  }
  bool WaitForConnected(bool connected) {
    return Wait([&] { return connected_ == connected; });
  }

  // Only while no source runs, or after waiting for what is read.
  std::vector<Frame> TakeFrames() {
    std::lock_guard lock(mutex_);
    return std::exchange(frames_, {});
  }
  std::vector<Rejected> TakeRejected() {
    std::lock_guard lock(mutex_);
    return std::exchange(rejected_, {});
  }

 private:
  template <typename Action>
  bool Change(Action action) {
    bool result = false;
    {
      std::lock_guard lock(mutex_);
      result = action();
    }
    changed_.notify_all();
    return result;
  }
  template <typename Condition>
  bool Wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, condition);
  }

  pipeline::SourceInfo source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Frame> frames_;       // guarded by mutex_
  std::vector<Rejected> rejected_;  // guarded by mutex_
  bool connected_ = false;          // guarded by mutex_
  bool closed_ = false;             // guarded by mutex_
};

}  // namespace airy::testing
