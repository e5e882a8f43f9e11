#pragma once

#include <memory>
#include <string>

#include "model/nets/registry.h"
#include "model/nets/weights.h"

namespace airy::model {

// Gives normalisations what a training would: statistics and scales that differ from the
// identity. Drawn by torch's global generator.
inline void PretendTraining(Network* network) {
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : NamedState(*network)) {
    if (tensor.dim() != 1) continue;
    if (name.find("bias") != std::string::npos ||
        name.find("mean") != std::string::npos) {
      tensor.uniform_(-0.2, 0.2);
    } else {
      tensor.uniform_(0.5, 1.5);
    }
  }
}

// A ResNet18 as after a training, in evaluation mode.
inline std::shared_ptr<Network> UsedResNet18(uint64_t seed) {
  torch::manual_seed(seed);
  std::shared_ptr<Network> network = CreateNetwork("resnet18-log").value();
  PretendTraining(network.get());
  network->eval();
  return network;
}

}  // namespace airy::model
