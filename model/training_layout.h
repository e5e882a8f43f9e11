#pragma once

#include <torch/torch.h>

#include <string>

#include "model/nets/network.h"
#include "model/trainer_options.h"
#include "model/training_batch.h"

namespace airy::model {

inline constexpr const char* kFp32 = "fp32";
inline constexpr const char* kBf16 = "bf16";

// The layout to train in: a type in the memory format it trains fastest in (README).
ComputeLayout TrainingLayout(const std::string& dtype, torch::Device device);

// The type the options name, or of kAuto the one in which a pass over this batch, forward
// and backward, is faster.
std::string ChooseTrainingDtype(const TrainerOptions& options,
                                const TrainingBatch& batch);

}  // namespace airy::model
