#include "model/checkpoint_rounding.h"

#include <algorithm>

#include "model/nets/registry.h"
#include "model/nets/weights.h"

namespace airy::model {

Status RoundToInt8(Checkpoint* checkpoint) {
  CheckpointInfo& info = checkpoint->info;
  if (std::ranges::find(checkpoint->weights, TensorType::kI8, &StoredTensor::type) !=
      checkpoint->weights.end()) {
    return FailedPrecondition("the weights are int8 already");
  }
  AIRY_ASSIGN_OR_RETURN(
      const auto network,
      CreateNetwork(info.architecture, static_cast<int>(info.classes.size())));
  AIRY_TRY(LoadWeights(checkpoint->weights, network.get()));
  checkpoint->weights = StoreWeights(*network, TensorType::kI8);
  info.recipe += " weights int8";
  return OkStatus();
}

}  // namespace airy::model
