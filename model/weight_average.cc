#include "model/weight_average.h"

#include <algorithm>

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

void Follow(const Network& source, double decay, int64_t step, Network* average) {
  const double young =
      (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step));
  MoveTowards(source, 1 - std::min(decay, young), average);
}

bool IsFiniteInHalf(const Network& network) {
  constexpr float kLargestHalf = 65504;
  const torch::NoGradGuard no_grad;
  const auto state = NamedState(network);
  return std::ranges::all_of(state, [](const auto& named) {
    return named.second.abs().max().template item<float>() <= kLargestHalf;
  });
}

}  // namespace airy::model
