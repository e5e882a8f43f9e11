#include "model/training_state.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "model/nets/weights.h"
#include "model/training_layout.h"

namespace airy::model {
namespace {

constexpr const char kStateFormat[] = "airy-training-state-2";
constexpr const char kNetworkPrefix[] = "network/";
constexpr const char kAveragePrefix[] = "average/";
constexpr const char kBestPrefix[] = "best/";
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

// The numbers of a state, by their names in its file.
template <typename State>
auto Numbers(State* state) {
  return std::array{std::pair{"best_score", &state->best_score},
                    std::pair{"maximum_accuracy", &state->maxima.accuracy},
                    std::pair{"maximum_precision", &state->maxima.precision},
                    std::pair{"maximum_recall", &state->maxima.recall}};
}

template <typename State>
auto Counts(State* state) {
  return std::array{std::pair{"epochs_done", &state->epochs_done},
                    std::pair{"best_epoch", &state->best_epoch}};
}

}  // namespace

Status SaveTrainingState(const std::string& path, const TrainingState& state) {
  Safetensors file;
  file.metadata = {{"format", kStateFormat},
                   {"fingerprint", state.fingerprint},
                   {"dtype", state.dtype}};
  for (const auto& [name, value] : Counts(&state)) {
    file.metadata[name] = std::to_string(*value);
  }
  for (const auto& [name, value] : Numbers(&state)) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", *value);
    file.metadata[name] = text;
  }
  AppendPrefixed(kNetworkPrefix, StoreWeights(*state.network, TensorType::kF32),
                 &file.tensors);
  AppendPrefixed(kAveragePrefix, StoreWeights(*state.average, TensorType::kF32),
                 &file.tensors);
  AppendPrefixed(kBestPrefix, StoreWeights(*state.best, TensorType::kF32), &file.tensors);
  for (const auto& [name, velocity] : state.optimizer->velocities()) {
    file.tensors.push_back(
        StoreTensor(kVelocityPrefix + name, velocity, TensorType::kF32));
  }
  return WriteSafetensors(path, file);
}

Result<Safetensors> OpenTrainingState(const std::string& path, TrainingState* state) {
  AIRY_ASSIGN_OR_RETURN(Safetensors file, ReadSafetensors(path));
  if (file.metadata["format"] != kStateFormat) {
    return FailedPrecondition(path + " must be of format '" + kStateFormat + "'; was '" +
                              file.metadata["format"] + "'");
  }
  if (file.metadata["fingerprint"] != state->fingerprint) {
    return FailedPrecondition(path + " belongs to another training: expected '" +
                              state->fingerprint + "'; found '" +
                              file.metadata["fingerprint"] + "'");
  }
  state->dtype = file.metadata["dtype"];
  if (state->dtype != kFp32 && state->dtype != kBf16) {
    return DataLoss(path + ": dtype must be fp32 or bf16; was '" + state->dtype + "'");
  }
  for (const auto& [name, value] : Counts(state)) {
    if (file.metadata[name].empty()) return DataLoss(path + " lacks '" + name + "'");
    *value = std::atoi(file.metadata[name].c_str());
  }
  for (const auto& [name, value] : Numbers(state)) {
    if (file.metadata[name].empty()) return DataLoss(path + " lacks '" + name + "'");
    *value = std::strtod(file.metadata[name].c_str(), nullptr);
  }
  if (state->best_epoch < std::min(1, state->epochs_done) ||
      state->best_epoch > state->epochs_done) {
    return DataLoss(path + ": best_epoch must be 1..epochs_done, " +
                    std::to_string(state->epochs_done) + "; was " +
                    std::to_string(state->best_epoch));
  }
  return file;
}

Status RestoreTrainingState(const Safetensors& file, TrainingState* state) {
  AIRY_TRY(LoadWeights(TakePrefixed(kNetworkPrefix, file.tensors), state->network));
  AIRY_TRY(LoadWeights(TakePrefixed(kAveragePrefix, file.tensors), state->average));
  AIRY_TRY(LoadWeights(TakePrefixed(kBestPrefix, file.tensors), state->best));
  const auto stored = TakePrefixed(kVelocityPrefix, file.tensors);
  const auto& velocities = state->optimizer->velocities();
  for (size_t i = 0; i < velocities.size(); ++i) {
    torch::Tensor velocity = velocities[i].second;
    if (i >= stored.size() || velocity.sizes() != at::IntArrayRef(stored[i].shape)) {
      return DataLoss("velocity of '" + velocities[i].first +
                      "' is missing or misshapen");
    }
    velocity.copy_(LoadTensor(stored[i]));
  }
  return OkStatus();
}

}  // namespace airy::model
