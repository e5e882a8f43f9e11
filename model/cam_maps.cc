#include "model/cam_maps.h"

#include "model/nets/resnet.h"

namespace airy::model {
namespace {

constexpr double kLeastDenominator = 1e-6;

torch::Tensor Activate(const CamOptions& options, const torch::Tensor& x) {
  return options.activation == CamOptions::Activation::kRelu
             ? torch::relu(x)
             : torch::leaky_relu(x, kLeak);
}

// L of Eq. 20: weights [n, m, c], features [n, c, h, w].
torch::Tensor WeightedMaps(const CamOptions& options, const torch::Tensor& weights,
                           const torch::Tensor& features) {
  const torch::Tensor maps = Activate(options, torch::bmm(weights, features.flatten(2)));
  return maps.view(
      {features.size(0), weights.size(1), features.size(2), features.size(3)});
}

}  // namespace

torch::Tensor CamAlpha(CamOptions::Score score, const torch::Tensor& gradients,
                       const torch::Tensor& feature_sums, const torch::Tensor& scores) {
  const torch::Tensor product = gradients * feature_sums;
  torch::Tensor alpha;
  torch::Tensor denominator;
  if (score == CamOptions::Score::kExp) {
    denominator = product + 2;
    alpha = denominator.reciprocal();
  } else {
    const torch::Tensor s = torch::sigmoid(scores);
    const torch::Tensor second = 1 - 2 * s;
    denominator = 2 * second + (1 - 6 * s * (1 - s)) * product;
    alpha = second / denominator;
  }
  return alpha.masked_fill_((denominator.abs() < kLeastDenominator) | (gradients == 0),
                            0);
}

torch::Tensor CamFromGradients(const CamOptions& options, const torch::Tensor& features,
                               const torch::Tensor& gradients,
                               const torch::Tensor& scores) {
  torch::Tensor weights;
  if (options.method == CamOptions::Method::kPlain) {
    weights = gradients.mean({2, 3});
  } else {
    const torch::Tensor alpha =
        CamAlpha(options.score, gradients, features.sum({2, 3}, /*keepdim=*/true),
                 scores.view({-1, 1, 1, 1}));
    weights = (alpha * Activate(options, gradients)).sum({2, 3});
  }
  return WeightedMaps(options, weights.unsqueeze(1), features).squeeze(1);
}

std::optional<PooledTail> PooledTail::Of(const Network& network) {
  const auto* resnet = dynamic_cast<const ResNet*>(&network);
  if (resnet == nullptr) return std::nullopt;
  return PooledTail{resnet->final_bn, resnet->fc->weight.detach()};
}

torch::Tensor CamOfPooledTail(const CamOptions& options, const PooledTail& tail,
                              const torch::Tensor& features,
                              const torch::Tensor& class_weights,
                              const torch::Tensor& scores) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor& norm_weight = tail.norm->weight;
  const torch::Tensor& variance = tail.norm->running_var;
  const double epsilon = tail.norm->options.eps();
  const auto area = static_cast<double>(features.size(2) * features.size(3));
  const torch::Tensor normed =
      torch::batch_norm(features, norm_weight, tail.norm->bias, tail.norm->running_mean,
                        variance, /*training=*/false, /*momentum=*/0, epsilon,
                        /*cudnn_enabled=*/true);
  torch::Tensor maps_of = features;            // A
  torch::Tensor steep = class_weights / area;  // G where BN(A) > 0
  torch::Tensor steep_count = torch::full({1}, area, features.options());
  if (options.activated) {
    maps_of = torch::leaky_relu(normed, kLeak);
  } else {
    steep = steep * (norm_weight / torch::sqrt(variance + epsilon));
    steep_count = (normed > 0).sum({2, 3}).to(features.scalar_type()).unsqueeze(1);
  }
  const torch::Tensor flat = steep * kLeak;  // elsewhere
  const torch::Tensor flat_count = area - steep_count;

  torch::Tensor weights;
  if (options.method == CamOptions::Method::kPlain) {
    weights = (steep * steep_count + flat * flat_count) / area;
  } else {
    const torch::Tensor sums = maps_of.sum({2, 3}).unsqueeze(1);
    const torch::Tensor score = scores.unsqueeze(2);
    weights =
        steep_count * CamAlpha(options.score, steep, sums, score) *
            Activate(options, steep) +
        flat_count * CamAlpha(options.score, flat, sums, score) * Activate(options, flat);
  }
  return WeightedMaps(
      options, weights.expand({features.size(0), weights.size(1), weights.size(2)}),
      maps_of);
}

torch::Tensor UpsampleToUnitMaximum(const torch::Tensor& maps, int64_t size) {
  namespace F = torch::nn::functional;
  const torch::Tensor large =
      F::interpolate(maps, F::InterpolateFuncOptions()
                               .size(std::vector<int64_t>{size, size})
                               .mode(torch::kBilinear)
                               .align_corners(false));
  const torch::Tensor maximum = large.amax({2, 3}, /*keepdim=*/true);
  return torch::where(maximum > 0, large / maximum, torch::zeros_like(large));
}

}  // namespace airy::model
