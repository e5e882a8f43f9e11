#include "model/sgd.h"

namespace airy::model {

NesterovSgd::NesterovSgd(const Network& network, double momentum, double weight_decay)
    : momentum_(momentum), weight_decay_(weight_decay) {
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
    if (parameter.dim() > 1) gradient.add_(parameter, weight_decay_);
    torch::Tensor& velocity = velocities_[i].second;
    velocity.mul_(momentum_).add_(gradient);
    parameter.sub_(gradient.add_(velocity, momentum_), learning_rate);
  }
}

}  // namespace airy::model
