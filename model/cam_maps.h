#pragma once

#include <torch/torch.h>

#include <optional>

#include "model/explainer.h"
#include "model/nets/network.h"

namespace airy::model {

// alpha of PRE 99, 063309, appendix D, elementwise:
//   Y'' / (2 Y'' + sum_ab A_ab Y'''),
// derivatives of Y by one element of A, for an S whose own second derivative is 0 there,
// as in a network of convolutions, normalisations and LeakyReLUs:
//   exp(S):      1 / (2 + G sum A)
//   s = sigmoid: (1 - 2s) / (2 (1 - 2s) + (1 - 6s + 6s^2) G sum A).
// 0 where G is 0 and where the denominator is within 1e-6 of 0, which negative features
// allow. Tensors of shapes that broadcast.
torch::Tensor CamAlpha(CamOptions::Score score, const torch::Tensor& gradients,
                       const torch::Tensor& feature_sums, const torch::Tensor& scores);

// L of Eq. 20 from features and the gradients of one class's S, [n, c, h, w] each, and
// scores S [n]; returns [n, h, w]. Factors that all elements of a map share, such as
// exp(S), are left out.
torch::Tensor CamFromGradients(const CamOptions& options, const torch::Tensor& features,
                               const torch::Tensor& gradients,
                               const torch::Tensor& scores);

// What follows the last layer of a ResNet: normalisation, LeakyReLU, mean, one linear
// layer. The gradient then takes two values per class and channel,
//   G = W / (h w) * gamma / sqrt(sigma^2 + eps) * (1 where BN(A) > 0, else kLeak),
// so that a map needs no backward pass.
struct PooledTail {
  torch::nn::BatchNorm2d norm{nullptr};
  torch::Tensor weight;  // [outputs, c]

  static std::optional<PooledTail> Of(const Network& network);
};

// The same L as CamFromGradients for all classes at once: features [n, c, h, w], class
// weights dS/d(embedding) [n or 1, classes, c], scores [n, classes]; returns
// [n, classes, h, w].
torch::Tensor CamOfPooledTail(const CamOptions& options, const PooledTail& tail,
                              const torch::Tensor& features,
                              const torch::Tensor& class_weights,
                              const torch::Tensor& scores);

// Bilinear to size x size (pixel centres as in cv::resize), then divided by the maximum
// of each map; a map without positive values becomes 0. maps: [n, m, h, w].
torch::Tensor UpsampleToUnitMaximum(const torch::Tensor& maps, int64_t size);

}  // namespace airy::model
