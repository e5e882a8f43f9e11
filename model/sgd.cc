#include "model/sgd.h"

#include <algorithm>

namespace airy::model {
namespace {

bool IsPenalised(const torch::Tensor& parameter) { return parameter.dim() > 1; }

}  // namespace

NesterovSgd::NesterovSgd(const Network& network, double momentum,
                         const ElasticNet& penalty)
    : momentum_(momentum), penalty_(penalty) {
  for (const auto& item : network.named_parameters()) {
    parameters_.push_back(item.value());
    velocities_.emplace_back(item.key(), torch::zeros_like(item.value().detach()));
  }
}

void NesterovSgd::ZeroGradients() {
  for (torch::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
}

void NesterovSgd::Step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    torch::Tensor& parameter = parameters_[i];
    torch::Tensor gradient = parameter.grad();
    if (IsPenalised(parameter)) {
      if (penalty_.l2 > 0) gradient.add_(parameter, penalty_.l2);
      if (penalty_.l1 > 0) gradient.add_(parameter.sign(), penalty_.l1);
    }
    torch::Tensor& velocity = velocities_[i].second;
    velocity.mul_(momentum_).add_(gradient);
    parameter.sub_(gradient.add_(velocity, momentum_), learning_rate);
  }
}

int64_t CountPenalised(const Network& network) {
  const std::vector<torch::Tensor> parameters = network.parameters();
  return std::ranges::count_if(parameters, IsPenalised);
}

}  // namespace airy::model
