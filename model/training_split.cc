#include "model/training_split.h"

#include <string>

#include "model/loss.h"

namespace airy::model {

Result<Split> SplitForTraining(const TrainerOptions& options, const Dataset& dataset) {
  AIRY_TRY(CheckTruth(options.head, dataset.labels(), dataset.classes()));
  AIRY_ASSIGN_OR_RETURN(Split split,
                        SplitByLabels(dataset.labels(), options.shares, options.seed));
  if (!options.allow_missing_classes) {
    AIRY_TRY(CheckAllClassesPresent(dataset.labels(), split.training, dataset.classes()));
  }
  const int64_t images = std::ssize(split.training);
  if (options.sampling_balance > 0 && options.epoch_images >= images) {
    return InvalidArgument("epoch_images must be below the " + std::to_string(images) +
                           " images for training, or sampling_balance has nothing to "
                           "choose from; was " +
                           std::to_string(options.epoch_images));
  }
  return split;
}

}  // namespace airy::model
