#include "model/training_schedule.h"

#include <algorithm>
#include <cmath>

namespace airy::model {
namespace {

double Area(int size) { return static_cast<double>(size) * size; }

}  // namespace

TrainingSchedule::TrainingSchedule(const TrainerOptions& options,
                                   int64_t batches_per_epoch)
    : batches_per_epoch_(batches_per_epoch),
      peak_rate_(options.learning_rate),
      warmup_epochs_(options.warmup_epochs) {
  double most = 0;
  for (const TrainPhase& phase : options.schedule) {
    sizes_.insert(sizes_.end(), static_cast<size_t>(phase.epochs), phase.size);
    if (Area(phase.size) * phase.epochs > most) {
      most = Area(phase.size) * phase.epochs;
      dominant_size_ = phase.size;
    }
  }
}

double TrainingSchedule::LearningRate(int64_t step) const {
  const auto total = static_cast<double>(steps());
  const double warmup =
      std::min(warmup_epochs_ * static_cast<double>(batches_per_epoch_), total / 2);
  const auto done = static_cast<double>(step);
  if (done < warmup) return peak_rate_ * (done + 1) / (warmup + 1);
  return peak_rate_ * 0.5 * (1 + std::cos(M_PI * (done - warmup) / (total - warmup)));
}

double TrainingSchedule::BatchesLeft(int epoch, int64_t batches_done) const {
  auto batches = static_cast<double>(batches_per_epoch_ - batches_done);
  for (int later = epoch + 1; later < epochs(); ++later) {
    batches +=
        static_cast<double>(batches_per_epoch_) * Area(size(later)) / Area(size(epoch));
  }
  return batches;
}

}  // namespace airy::model
