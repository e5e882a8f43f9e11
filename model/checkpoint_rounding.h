#pragma once

#include "model/checkpoint.h"

namespace airy::model {

// Rounds a checkpoint's weights to int8 (nets/weights.h, StoreWeights), which halves its
// file; the recipe says so. FailedPrecondition when they are; otherwise as LoadWeights.
Status RoundToInt8(Checkpoint* checkpoint);

}  // namespace airy::model
