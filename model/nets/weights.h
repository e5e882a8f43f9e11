#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/nets/network.h"
#include "model/safetensors.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// The bytes of a tensor, converted to `type`, under `name`.
StoredTensor StoreTensor(const std::string& name, const torch::Tensor& tensor,
                         TensorType type);
// A float32 CPU tensor with its own memory.
torch::Tensor LoadTensor(const StoredTensor& stored);

// Every parameter and buffer of the network that a checkpoint holds, by registered name:
// all but the batch counters of BatchNorm.
std::vector<std::pair<std::string, torch::Tensor>> NamedState(const Network& network);

// kI8: tensors with more than one dimension become whole steps, 127 at most, and
// "NAME.step" holds the step of each of their first dimension's slices: an eighth of the
// slice's standard deviation, more where its largest value needs it. The others are F32.
std::vector<StoredTensor> StoreWeights(const Network& network, TensorType type);

// Copies `tensors`, of whatever types, into the network. InvalidArgument when a name is
// missing or unknown, or a shape differs: says what was found and expected; the network
// is then unspecified.
Status LoadWeights(std::span<const StoredTensor> tensors, Network* network);

}  // namespace airy::model
