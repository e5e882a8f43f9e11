#include "model/nets/folded_vgg.h"

#include "model/nets/folding.h"
#include "model/nets/log_activation.h"

namespace airy::model {

FoldedVgg::FoldedVgg(const Vgg& network, const ComputeLayout& layout)
    : log_alpha_(network.options.network.log_alpha), layout_(layout) {
  const torch::NoGradGuard no_grad;
  for (const Vgg::Layer& layer : network.convolutions) {
    if (!layer.bn) {
      first_weight_ = layer.conv->weight.detach().contiguous().clone();
      continue;
    }
    const ChannelAffine after = AffineOf(layer.bn);
    if (&layer == &network.convolutions.front()) {
      first_weight_ = FoldedWeight(layer.conv, after).contiguous() * kPlainInputScale;
      first_bias_ = after.shift;
    } else {
      layers_.push_back({layer.pool_before, FoldConvolution(layer.conv, &after, layout)});
    }
  }
  const auto fold_dense = [](const torch::nn::Conv2d& fc, torch::ScalarType type) {
    return FullyConnected{fc->weight.detach().contiguous().flatten(1).to(
                              type, /*non_blocking=*/false, /*copy=*/true),
                          fc->bias.detach().to(type, false, /*copy=*/true)};
  };
  hidden_ = {fold_dense(network.fc1, layout.type), fold_dense(network.fc2, layout.type)};
  last_ = fold_dense(network.fc3, torch::kFloat32);
}

torch::Tensor FoldedVgg::First(const torch::Tensor& counts) const {
  torch::Tensor x = torch::conv2d(counts.contiguous(layout_.format),
                                  first_weight_.contiguous(layout_.format), first_bias_,
                                  /*stride=*/1, /*padding=*/1);
  if (log_alpha_) {
    x = LogActivation(x, *log_alpha_);
  } else {
    Leaky(kLeak, &x);
  }
  return x.to(layout_.type).contiguous(layout_.format);
}

torch::Tensor FoldedVgg::Run(const torch::Tensor& counts) {
  torch::Tensor x = First(counts);
  for (Layer& layer : layers_) {
    if (layer.pool_before) x = torch::max_pool2d(x, /*kernel_size=*/2);
    x = layer.conv(x);
    Leaky(kLeak, &x);
  }
  x = VggFinalPool(x).contiguous().flatten(1);  // in the order of fc1's weights
  for (const FullyConnected& fc : hidden_) {
    x = torch::linear(x, fc.weight, fc.bias);
    Leaky(kLeak, &x);
  }
  return torch::linear(x.to(torch::kFloat32), last_.weight, last_.bias);
}

}  // namespace airy::model
