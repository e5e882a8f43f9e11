#include "model/training_failure.h"

#include "model/device.h"
#include "model/process_sums.h"

namespace airy::model {

Status ToStatus(const std::exception& error, const TrainingMoment& moment) {
  const std::string in_epoch = "in epoch " + std::to_string(moment.epoch);
  if (dynamic_cast<const ProcessLost*>(&error) != nullptr) {
    return Unavailable(in_epoch + " " + error.what());
  }
  if (!IsOutOfMemory(error)) return Internal("training failed: " + FirstLine(error));
  return ResourceExhausted("memory of " + moment.device + " ran out " + in_epoch +
                           " with batches of " + std::to_string(moment.batch) +
                           " images of " + std::to_string(moment.size) +
                           " pixels; lower the batch and raise accumulate by as much, or "
                           "lower the size");
}

Status NotFinite(const std::string& what, int epoch, double learning_rate) {
  return DataLoss(what + " no longer finite in epoch " + std::to_string(epoch) +
                  "; lower the learning rate, which was " +
                  std::to_string(learning_rate));
}

}  // namespace airy::model
