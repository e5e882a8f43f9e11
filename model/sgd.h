#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

#include "model/nets/network.h"

namespace airy::model {

// Stochastic gradient descent with Nesterov momentum:
//   v = momentum * v + g + decay * w;  w -= rate * (g + decay * w + momentum * v).
// Only weights with more than one dimension decay (convolutions, fc): shrinking a
// normalisation or a bias regularises nothing. Thread-compatible.
class NesterovSgd {
 public:
  NesterovSgd(const Network& network, double momentum, double weight_decay);
  void ZeroGradients();
  void Step(double learning_rate);
  // The velocities by parameter name, to be saved and restored in place.
  const std::vector<std::pair<std::string, torch::Tensor>>& velocities() const {
    return velocities_;
  }

 private:
  const double momentum_;
  const double weight_decay_;
  std::vector<torch::Tensor> parameters_;
  std::vector<std::pair<std::string, torch::Tensor>> velocities_;
};

}  // namespace airy::model
