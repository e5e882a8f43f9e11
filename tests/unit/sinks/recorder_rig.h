#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "server/pipeline/hub.h"
#include "server/pipeline/record.h"
#include "server/pipeline/source.h"
#include "server/sinks/hit_recorder.h"
#include "tests/fakes/fake_clock.h"

namespace airy::sinks {

// Counts how the recorder says that hits ended. Thread-safe.
class CollectingEvents {
 public:
  HitRecorderEvents Events() {
    return {.saved =
                [this](const pipeline::Record& record) {
                  std::lock_guard lock(mutex_);
                  saved_.push_back(IdText(record));
                  changed_.notify_all();
                },
            .lost =
                [this](const pipeline::Record&, pipeline::DropReason reason) {
                  std::lock_guard lock(mutex_);
                  ++lost_[reason];
                  changed_.notify_all();
                }};
  }
  // Wait until that many hits have ended so; false when they have not for too long.
  bool WaitForSaved(size_t count, std::chrono::milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return saved_.size() >= count; });
  }
  bool WaitForLost(pipeline::DropReason reason, size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return lost_[reason] >= count; });
  }
  // As WaitForSaved, while time passes in steps that make the recorder flush. A step may
  // come just before the hit, so there are several.
  bool FlushUntilSaved(size_t count, airy::testing::FakeClock* clock, int64_t step_ns) {
    for (int step = 0; step < 100; ++step) {
      clock->Advance(step_ns);
      if (WaitForSaved(count, std::chrono::milliseconds(100))) return true;
    }
    return false;
  }
  size_t lost(pipeline::DropReason reason) {
    std::lock_guard lock(mutex_);
    return lost_[reason];
  }
  // "source train_id pulse_id" of each saved hit.
  std::vector<std::string> saved() {
    std::lock_guard lock(mutex_);
    return saved_;
  }

  static std::string IdText(const pipeline::Record& record) {
    return std::string(record.id.source) + " " + std::to_string(record.id.train_id) +
           " " + std::to_string(record.id.pulse_id);
  }

 private:
  static constexpr std::chrono::milliseconds kPatience{10'000};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> saved_;
  std::map<pipeline::DropReason, size_t> lost_;
};

// A hit of `source`: round, every second one bent.
inline std::shared_ptr<pipeline::Record> MakeHit(const pipeline::SourceInfo& source,
                                                 uint64_t train_id, int rows, int cols) {
  auto pixels = std::make_shared<std::vector<uint16_t>>(static_cast<size_t>(rows) *
                                                        static_cast<size_t>(cols));
  std::iota(pixels->begin(), pixels->end(), static_cast<uint16_t>(train_id));
  auto frame = std::make_shared<Frame>();
  frame->pixels = DenseView(pixels->data(), PixelType::kUint16, rows, cols);
  frame->owner = pixels;

  static const auto model = [] {
    auto info = std::make_shared<model::ModelInfo>();
    info->name = "resnet18-log-image";
    info->version = "3";
    info->sha256 = std::string(64, 'a');
    info->thresholds.fill(0.5F);
    return info;
  }();
  auto record = std::make_shared<pipeline::Record>();
  record->id = {source.name, train_id, 0};
  record->source = &source;
  record->outcome = pipeline::Outcome::kClassified;
  record->hit = {.is_hit = true, .lit_pixels = 3'000, .valid_pixels = rows * cols};
  record->model = model;
  record->frame = std::move(frame);
  const auto set = [&](ClassIndex c) {
    record->labels |= static_cast<uint16_t>(1U << c);
    record->probabilities[c] = 0.875F;
  };
  set(kRound);
  if (train_id % 2 == 0) set(kBent);
  return record;
}

}  // namespace airy::sinks
