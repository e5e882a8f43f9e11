#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/class_list.h"
#include "model/nets/network.h"
#include "model/safetensors.h"
#include "model/trainer_options.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::model {

// The registered name of a network's last layer, which makes logits: "fc", "fc3".
std::string LastLayerName(const Network& network);

// Divides the last layer's weights and bias, and with them all logits, by `temperature`
// in the tensors that `network` was stored as.
void FoldTemperature(double temperature, const Network& network,
                     std::vector<StoredTensor>* tensors);

// What a network is that starts from another's weights.
struct NetworkKind {
  std::string architecture;
  std::optional<transform::CcfOptions> ccf;  // what it sees
  Head head = Head::kSigmoid;
  ClassList classes = ElevenClasses();
};

// Copies the weights of the checkpoint `path` into `network`, which is of this kind; its
// last layer only if classes and head are the same too, else the network's stays as it
// is. Returns the file's SHA-256. As ReadCheckpoint; InvalidArgument when it is of
// another architecture or sees something else (names both), as LoadWeights for tensors
// that do not fit.
Result<std::string> StartFrom(const std::string& path, const NetworkKind& kind,
                              Network* network);

}  // namespace airy::model
