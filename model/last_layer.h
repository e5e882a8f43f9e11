#pragma once

#include <string>
#include <vector>

#include "model/nets/network.h"
#include "model/safetensors.h"
#include "model/trainer_options.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// The registered name of a network's last layer, which makes logits: "fc".
std::string LastLayerName(const Network& network);

// Divides the last layer's weights and bias, and with them all logits, by `temperature`
// in the tensors that `network` was stored as.
void FoldTemperature(double temperature, const Network& network,
                     std::vector<StoredTensor>* tensors);

// Copies the weights of the checkpoint `path` into a network of the same architecture;
// its last layer only if classes and head are the same too, else the network's stays as
// it is. As ReadCheckpoint; InvalidArgument when it is of another architecture (names
// both), as LoadWeights for tensors that do not fit.
Status StartFrom(const std::string& path, const std::string& architecture, Head head,
                 Network* network);

}  // namespace airy::model
