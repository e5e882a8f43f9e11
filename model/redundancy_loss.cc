#include "model/redundancy_loss.h"

namespace airy::model {
namespace {

// Each component with mean 0 and variance 1 over the batch; one that is constant becomes
// 0.
torch::Tensor Standardised(const torch::Tensor& embedding) {
  const torch::Tensor centred = embedding - embedding.mean(/*dim=*/0, /*keepdim=*/true);
  const torch::Tensor variance = centred.square().mean(/*dim=*/0, /*keepdim=*/true);
  return centred / (variance + 1e-5).sqrt();
}

}  // namespace

torch::Tensor RedundancyLoss(const torch::Tensor& first, const torch::Tensor& second,
                             double weight) {
  const torch::Tensor correlations = Standardised(first).t().mm(Standardised(second)) /
                                     static_cast<double>(first.size(0));
  const torch::Tensor diagonal = correlations.diagonal();
  const torch::Tensor rest = correlations.square().sum() - diagonal.square().sum();
  return (1 - diagonal).square().sum() + weight * rest;
}

}  // namespace airy::model
