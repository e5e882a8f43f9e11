#pragma once

#include <cstdint>
#include <vector>

#include "model/trainer_options.h"

namespace airy::model {

// How the training images of an epoch are shared out among steps of the weights.
struct StepShape {
  // As the options say, less where there are fewer images. The rest of an epoch's images,
  // which make no whole step, are left out of it.
  StepShape(const TrainerOptions& options, int64_t training_images);

  int64_t batch = 1;      // images in a pass through the network
  int64_t passes = 1;     // passes in a step
  int64_t per_epoch = 1;  // steps
  int64_t images() const { return batch * passes; }
};

// When a training shows which resolution and how far it steps: a pure function of options
// and number of images. Immutable, thread-safe.
class TrainingSchedule {
 public:
  TrainingSchedule(const TrainerOptions& options, const StepShape& shape);

  const StepShape& shape() const { return shape_; }
  int epochs() const { return static_cast<int>(sizes_.size()); }
  int64_t steps() const { return epochs() * shape_.per_epoch; }
  // Pixels along the edge of the images of an epoch, 0..epochs-1; of later ones, that of
  // the last.
  int size(int epoch) const;
  // The size most time is spent on.
  int dominant_size() const { return dominant_size_; }
  // Rises linearly during the warm-up; then falls to a tenth after each of rate_steps, or
  // without such to 0 as a cosine.
  double LearningRate(int64_t step) const;
  // Steps left after `steps_done` of `epoch`, in steps of that epoch's size: the cost of
  // an image grows with its area.
  double StepsLeft(int epoch, int64_t steps_done) const;

 private:
  const StepShape shape_;
  const double peak_rate_;
  const double warmup_epochs_;
  const std::vector<double> rate_steps_;
  std::vector<int> sizes_;  // per epoch
  int dominant_size_ = 0;
};

}  // namespace airy::model
