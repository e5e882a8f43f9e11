#include "model/training_schedule.h"

#include <algorithm>
#include <cmath>

namespace airy::model {
namespace {

double Area(int size) { return static_cast<double>(size) * size; }

}  // namespace

StepShape::StepShape(const TrainerOptions& options, int64_t training_images)
    : batch(std::min<int64_t>(options.batch, training_images)),
      passes(std::min<int64_t>(options.accumulate, training_images / batch)),
      per_epoch(training_images / (batch * passes)) {}

TrainingSchedule::TrainingSchedule(const TrainerOptions& options, const StepShape& shape)
    : shape_(shape),
      peak_rate_(PeakLearningRate(options)),
      warmup_epochs_(options.warmup_epochs),
      rate_steps_(options.rate_steps) {
  double most = 0;
  for (const TrainPhase& phase : options.schedule) {
    sizes_.insert(sizes_.end(), static_cast<size_t>(phase.epochs), phase.size);
    if (Area(phase.size) * phase.epochs > most) {
      most = Area(phase.size) * phase.epochs;
      dominant_size_ = phase.size;
    }
  }
}

int TrainingSchedule::size(int epoch) const {
  return sizes_[static_cast<size_t>(std::min(epoch, epochs() - 1))];
}

double TrainingSchedule::LearningRate(int64_t step) const {
  const auto total = static_cast<double>(steps());
  const auto per_epoch = static_cast<double>(shape_.per_epoch);
  const double warmup = std::min(warmup_epochs_ * per_epoch, total / 2);
  const auto done = static_cast<double>(step);
  if (done < warmup) return peak_rate_ * (done + 1) / (warmup + 1);
  if (rate_steps_.empty()) {
    return peak_rate_ * 0.5 * (1 + std::cos(M_PI * (done - warmup) / (total - warmup)));
  }
  const auto falls = std::ranges::count_if(
      rate_steps_, [&](double epochs) { return done >= epochs * per_epoch; });
  return peak_rate_ * std::pow(0.1, static_cast<double>(falls));
}

double TrainingSchedule::StepsLeft(int epoch, int64_t steps_done) const {
  auto left = static_cast<double>(shape_.per_epoch - steps_done);
  for (int later = epoch + 1; later < epochs(); ++later) {
    left += static_cast<double>(shape_.per_epoch) * Area(size(later)) / Area(size(epoch));
  }
  return left;
}

}  // namespace airy::model
