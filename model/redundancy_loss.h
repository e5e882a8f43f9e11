#pragma once

#include <torch/torch.h>

namespace airy::model {

// What is learned without labels (Zbontar et al., ICML 2021, "Barlow Twins"): with C the
// correlations, over a batch, of the components of two views' embeddings,
//   sum over i of (1 - C_ii)^2 + weight * sum over i != j of C_ij^2.
// The first sum wants both views of an image to be embedded alike, the second every
// component to tell something else, so that no embedding of all images in one place or
// along one line is low.

// `first`, `second`: [n, d] float32, n at least 2, row by row views of the same image. []
// float32.
torch::Tensor RedundancyLoss(const torch::Tensor& first, const torch::Tensor& second,
                             double weight);

}  // namespace airy::model
