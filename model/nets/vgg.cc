#include "model/nets/vgg.h"

#include "model/nets/batch_norm.h"
#include "model/nets/convolution.h"
#include "model/nets/log_activation.h"

namespace airy::model {
namespace {

namespace nn = torch::nn;

constexpr std::array<int64_t, 5> kBlockWidths = {64, 128, 256, 512, 512};
constexpr int64_t kFinalSize = 7;

// Unpadded, with a bias.
nn::Conv2d FullyConnected(int64_t in_channels, int64_t out_channels, int64_t kernel) {
  return nn::Conv2d(nn::Conv2dOptions(in_channels, out_channels, kernel));
}

// LeakyReLU of a fully connected layer in the type of `x`.
torch::Tensor RunFullyConnected(const nn::Conv2d& fc, const torch::Tensor& x) {
  return Activate(
      torch::conv2d(x, fc->weight.to(x.scalar_type()), fc->bias.to(x.scalar_type())));
}

}  // namespace

Vgg::Vgg(const VggOptions& vgg_options)
    : options(vgg_options),
      fc1(FullyConnected(kBlockWidths.back(), options.hidden, kFinalSize)),
      fc2(FullyConnected(options.hidden, options.hidden, /*kernel=*/1)),
      fc3(FullyConnected(options.hidden, options.network.outputs, /*kernel=*/1)) {
  // LeakyReLU halves the variance, which no normalisation of fc1 or fc2 restores.
  constexpr double kVarianceGain = 2 / (1 + kLeak * kLeak);
  int64_t channels = 1;
  for (size_t block = 0; block < kBlockWidths.size(); ++block) {
    for (int i = 0; i < options.convolutions[block]; ++i) {
      const std::string suffix = std::to_string(block + 1) + "_" + std::to_string(i + 1);
      Layer layer{.name = "conv" + suffix,
                  .pool_before = block > 0 && i == 0,
                  .conv = MakeConvolution(channels, kBlockWidths[block], /*kernel=*/3)};
      register_module(layer.name, layer.conv);
      if (!options.network.log_alpha || !convolutions.empty()) {
        layer.bn = register_module("bn" + suffix, nn::BatchNorm2d(kBlockWidths[block]));
      }
      InitialiseFanIn(layer.conv->weight);
      channels = kBlockWidths[block];
      convolutions.push_back(std::move(layer));
    }
  }
  register_module("fc1", fc1);
  register_module("fc2", fc2);
  register_module("fc3", fc3);
  InitialiseFanIn(fc1->weight);
  InitialiseFanIn(fc2->weight, kVarianceGain);
  InitialiseFanIn(fc3->weight, kVarianceGain);
  const torch::NoGradGuard no_grad;
  for (nn::Conv2d fc : {fc1, fc2, fc3}) fc->bias.zero_();
}

void Vgg::set_layout(const ComputeLayout& layout) {
  layout_ = layout;
  SetMemoryFormat(layout.format, this);
}

std::vector<std::string> Vgg::layers() const {
  std::vector<std::string> names;
  for (const Layer& layer : convolutions) names.push_back(layer.name);
  return names;
}

torch::Tensor Vgg::RunLayer(size_t index, const torch::Tensor& x) {
  Layer& layer = convolutions.at(index);
  torch::Tensor in = x;
  if (index == 0) {
    in = options.network.log_alpha ? x : x * kPlainInputScale;
    in = in.contiguous(layout_.format);
  } else if (layer.pool_before) {
    in = torch::max_pool2d(x, /*kernel_size=*/2);
  }
  const torch::Tensor out = Convolve(layer.conv, in);
  return (layer.bn ? Activate(Normalise(layer.bn, out))
                   : LogActivation(out, *options.network.log_alpha))
      .to(layout_.type);
}

torch::Tensor VggFinalPool(const torch::Tensor& x) {
  const torch::Tensor pooled = torch::max_pool2d(x, /*kernel_size=*/2);
  if (pooled.size(2) == kFinalSize && pooled.size(3) == kFinalSize) return pooled;
  return torch::adaptive_avg_pool2d(pooled, {kFinalSize, kFinalSize});
}

torch::Tensor Vgg::Embed(const torch::Tensor& features) {
  const torch::Tensor x = RunFullyConnected(fc1, VggFinalPool(features));
  return RunFullyConnected(fc2, x).flatten(1).to(torch::kFloat32);
}

torch::Tensor Vgg::Classify(const torch::Tensor& embedding) {
  return torch::linear(embedding, fc3->weight.flatten(1), fc3->bias);
}

}  // namespace airy::model
