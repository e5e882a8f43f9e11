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

}  // namespace airy::trainer
