#pragma once

#include "model/dataset.h"
#include "model/split.h"
#include "model/trainer_options.h"

namespace airy::model {

// The parts of a set for one training. InvalidArgument for labels that the head cannot
// learn (CheckTruth in loss.h) and for a preference among training images of which an
// epoch has all; FailedPrecondition as SplitByLabels, and for a class without a training
// image unless the options allow that.
Result<Split> SplitForTraining(const TrainerOptions& options, const Dataset& dataset);

}  // namespace airy::model
