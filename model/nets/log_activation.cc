#include "model/nets/log_activation.h"

namespace airy::model {
namespace {

constexpr double kLogC0 = 0.36787944117144233;  // exp(-1)
constexpr double kLogC1 = 1.0;

class LogActivationFunction : public torch::autograd::Function<LogActivationFunction> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& x, double alpha) {
    context->save_for_backward({x});
    context->saved_data["alpha"] = alpha;
    return x.abs().add_(kLogC0).log_().add_(kLogC1).mul_(alpha).copysign_(x);
  }

  static torch::autograd::variable_list backward(
      torch::autograd::AutogradContext* context,
      torch::autograd::variable_list gradients) {
    const torch::Tensor x = context->get_saved_variables()[0];
    const double alpha = context->saved_data["alpha"].toDouble();
    return {gradients[0] * alpha / x.abs().add_(kLogC0), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor LogActivation(const torch::Tensor& x, double alpha) {
  return LogActivationFunction::apply(x, alpha);
}

}  // namespace airy::model
