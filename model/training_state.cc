#include "model/training_state.h"

#include <cstdlib>

#include "model/nets/weights.h"

namespace airy::model {
namespace {

constexpr const char kNetworkPrefix[] = "network/";
constexpr const char kAveragePrefix[] = "average/";
constexpr const char kVelocityPrefix[] = "velocity/";

void AppendPrefixed(const std::string& prefix, std::vector<StoredTensor> tensors,
                    std::vector<StoredTensor>* out) {
  for (StoredTensor& tensor : tensors) {
    tensor.name = prefix + tensor.name;
    out->push_back(std::move(tensor));
  }
}

std::vector<StoredTensor> TakePrefixed(const std::string& prefix,
                                       const std::vector<StoredTensor>& tensors) {
  std::vector<StoredTensor> out;
  for (const StoredTensor& tensor : tensors) {
    if (tensor.name.rfind(prefix, 0) != 0) continue;
    out.push_back(tensor);
    out.back().name.erase(0, prefix.size());
  }
  return out;
}

}  // namespace

Status SaveTrainingState(const std::string& path, const TrainingState& state) {
  Safetensors file;
  file.metadata = {{"fingerprint", state.fingerprint},
                   {"epochs_done", std::to_string(state.epochs_done)}};
  AppendPrefixed(kNetworkPrefix, StoreWeights(*state.network, TensorType::kF32),
                 &file.tensors);
  AppendPrefixed(kAveragePrefix, StoreWeights(*state.average, TensorType::kF32),
                 &file.tensors);
  for (const auto& [name, velocity] : state.optimizer->velocities()) {
    file.tensors.push_back(
        StoreTensor(kVelocityPrefix + name, velocity, TensorType::kF32));
  }
  return WriteSafetensors(path, file);
}

Status LoadTrainingState(const std::string& path, TrainingState* state) {
  AIRY_ASSIGN_OR_RETURN(Safetensors file, ReadSafetensors(path));
  if (file.metadata["fingerprint"] != state->fingerprint) {
    return FailedPrecondition(path + " belongs to another training: expected '" +
                              state->fingerprint + "'; found '" +
                              file.metadata["fingerprint"] + "'");
  }
  AIRY_TRY(LoadWeights(TakePrefixed(kNetworkPrefix, file.tensors), state->network));
  AIRY_TRY(LoadWeights(TakePrefixed(kAveragePrefix, file.tensors), state->average));
  const auto stored = TakePrefixed(kVelocityPrefix, file.tensors);
  const auto& velocities = state->optimizer->velocities();
  for (size_t i = 0; i < velocities.size(); ++i) {
    torch::Tensor velocity = velocities[i].second;
    if (i >= stored.size() || velocity.sizes() != at::IntArrayRef(stored[i].shape)) {
      return DataLoss(path + ": velocity of '" + velocities[i].first +
                      "' is missing or misshapen");
    }
    velocity.copy_(LoadTensor(stored[i]));
  }
  state->epochs_done = std::atoi(file.metadata["epochs_done"].c_str());
  return OkStatus();
}

}  // namespace airy::model
