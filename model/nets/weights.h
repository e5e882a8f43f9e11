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

std::vector<StoredTensor> StoreWeights(const Network& network, TensorType type);

// Copies `tensors` into the network. InvalidArgument when a name is missing or unknown,
// or a shape differs: says what was found and expected; the network is then unspecified.
Status LoadWeights(std::span<const StoredTensor> tensors, Network* network);

}  // namespace airy::model
