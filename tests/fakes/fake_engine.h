#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "model/engine.h"
#include "preprocess/frame/image.h"

namespace airy::testing {

// An engine without a network: every probability of an image is its first pixel / 100, so
// that a test can tell images apart in the answers; with info().ccf set, probability c
// is value (20 c, 110) of the map, which lies in the upper triangle for small c and in
// the lower one for large c. `on_run` runs inside each Run: to wait there, or to fail.
class FakeEngine final : public model::Engine {
 public:
  using OnRun = std::function<Status(std::span<const float* const> images)>;

  explicit FakeEngine(int max_batch = 8, OnRun on_run = nullptr)
      : max_batch_(max_batch), on_run_(std::move(on_run)) {
    info_.name = "fake";
    info_.version = "1";
    info_.sha256.assign(64, '0');
    info_.architecture = "fake";
    info_.device = "cpu";
    info_.dtype = "fp32";
    info_.thresholds.fill(0.5F);
    info_.input_mean_p01 = 0;
    info_.input_mean_p99 = 1e6F;
  }

  const model::ModelInfo& info() const override { return info_; }
  model::ModelInfo& mutable_info() { return info_; }
  int max_batch() const override { return max_batch_; }
  Status Run(std::span<const float* const> images,
             std::span<ClassProbabilities> probabilities) override {
    if (on_run_) AIRY_TRY(on_run_(images));
    for (size_t i = 0; i < images.size(); ++i) {
      probabilities[i].fill(images[i][0] / 100);
      for (size_t c = 0; info_.ccf && c < probabilities[i].size(); ++c) {
        probabilities[i][c] = images[i][20 * c * kInputSize + 110];
      }
    }
    std::lock_guard lock(mutex_);
    batch_sizes_.push_back(images.size());
    return OkStatus();
  }
  Status WarmUp() override { return OkStatus(); }

  // Sizes of the batches run so far. Thread-safe.
  std::vector<size_t> batch_sizes() const {
    std::lock_guard lock(mutex_);
    return batch_sizes_;
  }

 private:
  const int max_batch_;
  const OnRun on_run_;
  model::ModelInfo info_;
  mutable std::mutex mutex_;
  std::vector<size_t> batch_sizes_;  // guarded by mutex_
};

}  // namespace airy::testing
