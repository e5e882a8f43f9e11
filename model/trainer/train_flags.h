#pragma once

#include <span>
#include <string_view>

#include "model/trainer.h"
#include "model/trainer/flags.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// The options of one training, for every command that trains.
std::span<const std::string_view> TrainSwitches();
std::span<const std::string_view> TrainValued();

// The recipe that --recipe names (default: modern), changed by the other options that are
// given. Another number of epochs stretches the recipe's warm-up with it; --lr is the
// rate itself, whatever the batch. InvalidArgument names what is wrong.
Result<model::TrainerOptions> ReadTrainerOptions(const Flags& flags);

// Where a training keeps its checkpoint and state: --out, and --out with ".state". False
// when --resume finds it finished, which is said on stdout. FailedPrecondition for a
// state without --resume; as ReadSafetensorsOut.
Result<bool> ReadTrainingFiles(const Flags& flags, model::TrainerOptions* options);

}  // namespace airy::trainer
