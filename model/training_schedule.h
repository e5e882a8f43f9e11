#pragma once

#include <cstdint>
#include <vector>

#include "model/trainer.h"

namespace airy::model {

// When a training shows which resolution and how far it steps: a pure function of options
// and batch count. Immutable, thread-safe.
class TrainingSchedule {
 public:
  TrainingSchedule(const TrainerOptions& options, int64_t batches_per_epoch);

  int epochs() const { return static_cast<int>(sizes_.size()); }
  int64_t steps() const { return epochs() * batches_per_epoch_; }
  // Pixels along the edge of the images of an epoch, 0..epochs-1.
  int size(int epoch) const { return sizes_[static_cast<size_t>(epoch)]; }
  // The size most time is spent on.
  int dominant_size() const { return dominant_size_; }
  // Rises linearly during the warm-up, then falls to 0 as a cosine.
  double LearningRate(int64_t step) const;
  // Batches left after `batches_done` of `epoch`, in batches of that epoch's size: the
  // cost of an image grows with its area.
  double BatchesLeft(int epoch, int64_t batches_done) const;

 private:
  const int64_t batches_per_epoch_;
  const double peak_rate_;
  const double warmup_epochs_;
  std::vector<int> sizes_;  // per epoch
  int dominant_size_ = 0;
};

}  // namespace airy::model
