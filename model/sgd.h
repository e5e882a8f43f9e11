#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

#include "model/nets/network.h"

namespace airy::model {

// Strengths of the elastic net l1 * sum |w| + l2 * sum w^2 / 2.
struct ElasticNet {
  double l1 = 0;
  double l2 = 0;
};

// Stochastic gradient descent with Nesterov momentum, under an elastic net (PRE 99,
// 063309, Eq. 7 and 10):
//   d = g + l1 * sign(w) + l2 * w;  v = momentum * v + d;  w -= rate * (d + momentum *
//   v).
// Only weights with more than one dimension are penalised (convolutions, fc): shrinking a
// normalisation or a bias regularises nothing. Thread-compatible.
class NesterovSgd {
 public:
  NesterovSgd(const Network& network, double momentum, const ElasticNet& penalty);
  void ZeroGradients();
  void Step(double learning_rate);
  // The velocities by parameter name, to be saved and restored in place.
  const std::vector<std::pair<std::string, torch::Tensor>>& velocities() const {
    return velocities_;
  }

 private:
  const double momentum_;
  const ElasticNet penalty_;
  std::vector<torch::Tensor> parameters_;
  std::vector<std::pair<std::string, torch::Tensor>> velocities_;
};

// How many weights of a network are penalised: 22 tensors of a ResNet18.
int64_t CountPenalised(const Network& network);

}  // namespace airy::model
