#include "model/nets/network.h"

namespace airy::model {

torch::Tensor Network::forward(const torch::Tensor& counts) {
  TORCH_CHECK(
      counts.dim() == 4 && counts.size(1) == 1 && counts.size(2) % 8 == 0 &&
          counts.size(3) % 8 == 0 && counts.size(2) >= 32 && counts.size(3) >= 32,
      "a network takes [n, 1, h, w], h and w multiples of 8 and at least 32; was ",
      counts.sizes());
  torch::Tensor x = counts;
  const size_t depth = layers().size();
  for (size_t i = 0; i < depth; ++i) x = RunLayer(i, x);
  return Classify(Embed(x));
}

torch::Tensor AverageDown(const torch::Tensor& images, int size) {
  const int64_t factor = images.size(2) / size;
  return factor == 1 ? images : torch::avg_pool2d(images, factor);
}

}  // namespace airy::model
