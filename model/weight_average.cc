#include "model/weight_average.h"

#include "model/nets/weights.h"

namespace airy::model {

void MoveTowards(const Network& source, double share, Network* target) {
  const torch::NoGradGuard no_grad;
  const auto from = NamedState(source);
  const auto to = NamedState(*target);
  for (size_t i = 0; i < from.size(); ++i) {
    torch::Tensor tensor = to[i].second;
    if (share == 1) {
      tensor.copy_(from[i].second);
    } else {
      tensor.lerp_(from[i].second, share);
    }
  }
}

}  // namespace airy::model
