#include "model/nets/resnet.h"

#include <cmath>
#include <string>

#include "model/nets/log_activation.h"

namespace airy::model {
namespace {

namespace nn = torch::nn;
namespace F = torch::nn::functional;

constexpr std::array<int64_t, 4> kStageWidths = {64, 128, 256, 512};

nn::Conv2d Conv(int64_t in_channels, int64_t out_channels, int64_t kernel,
                int64_t stride) {
  return nn::Conv2d(nn::Conv2dOptions(in_channels, out_channels, kernel)
                        .stride(stride)
                        .padding(kernel / 2)
                        .bias(false));
}

// Parameters are kept in float32 and rounded where they are used, so that small updates
// are not lost; a no-op when types agree.
torch::Tensor Convolve(const nn::Conv2d& conv, const torch::Tensor& x) {
  return torch::conv2d(x, conv->weight.to(x.scalar_type()), /*bias=*/{},
                       conv->options.stride(), conv->weight.size(2) / 2);
}

torch::Tensor Leaky(torch::Tensor x, double leak) { return torch::leaky_relu_(x, leak); }

// Truncated normal of variance 1 / fan_in (TensorFlow's variance_scaling default, which
// the paper's code uses): cut at two sigma, widened to keep the variance.
void InitialiseFanIn(torch::Tensor weight) {
  constexpr double kErfOfSqrtTwo = 0.9544997361036416;  // share within two sigma
  constexpr double kTruncatedSigma = 0.8796256610342398;
  const double fan_in = static_cast<double>(weight.numel() / weight.size(0));
  const torch::NoGradGuard no_grad;
  weight.uniform_(-kErfOfSqrtTwo, kErfOfSqrtTwo)
      .erfinv_()
      .mul_(std::sqrt(2.0 / fan_in) / kTruncatedSigma);
}

}  // namespace

PreActBlock::PreActBlock(int64_t in_channels, int64_t out_channels, int64_t stride,
                         bool project, double leak_slope)
    : bn1(in_channels),
      bn2(out_channels),
      conv1(Conv(in_channels, out_channels, /*kernel=*/3, stride)),
      conv2(Conv(out_channels, out_channels, /*kernel=*/3, /*stride=*/1)),
      leak(leak_slope) {
  register_module("bn1", bn1);
  register_module("conv1", conv1);
  register_module("bn2", bn2);
  register_module("conv2", conv2);
  if (project) {
    projection = register_module("projection",
                                 Conv(in_channels, out_channels, /*kernel=*/1, stride));
  }
}

torch::Tensor PreActBlock::forward(const torch::Tensor& x) {
  const torch::Tensor activated = Leaky(bn1(x), leak);
  const torch::Tensor shortcut = projection ? Convolve(projection, activated) : x;
  const torch::Tensor hidden = Leaky(bn2(Convolve(conv1, activated)), leak);
  return Convolve(conv2, hidden).add_(shortcut);
}

ResNet::ResNet(const ResNetOptions& resnet_options)
    : options(resnet_options),
      stem(Conv(1, kStageWidths[0], /*kernel=*/7, /*stride=*/2)),
      final_bn(kStageWidths.back()),
      fc(kStageWidths.back(), options.outputs) {
  register_module("stem", stem);
  int64_t in_channels = kStageWidths[0];
  for (size_t stage = 0; stage < kStageWidths.size(); ++stage) {
    for (int i = 0; i < options.blocks[stage]; ++i) {
      const int64_t stride = stage > 0 && i == 0 ? 2 : 1;
      blocks.push_back(register_module(
          "stage" + std::to_string(stage + 1) + "_block" + std::to_string(i + 1),
          std::make_shared<PreActBlock>(in_channels, kStageWidths[stage], stride,
                                        /*project=*/i == 0, options.leak)));
      in_channels = kStageWidths[stage];
    }
  }
  register_module("final_bn", final_bn);
  register_module("fc", fc);
  for (torch::Tensor& parameter : parameters()) {
    if (parameter.dim() > 1) InitialiseFanIn(parameter);
  }
  const torch::NoGradGuard no_grad;
  fc->bias.zero_();
}

void ResNet::set_layout(const ComputeLayout& layout) {
  layout_ = layout;
  for (torch::Tensor& parameter : parameters()) {
    if (parameter.dim() == 4) {
      parameter.set_data(parameter.detach().contiguous(layout.format));
    }
  }
}

std::vector<std::string> ResNet::layers() const {
  std::vector<std::string> names;
  for (const auto& child : named_children()) names.push_back(child.key());
  names.resize(1 + blocks.size());  // without final_bn and fc
  return names;
}

torch::Tensor ResNet::Stem(const torch::Tensor& counts) {
  // The logarithm increases, so pooling first gives the same values for a quarter of
  // them.
  const torch::Tensor x =
      torch::max_pool2d(stem(counts).contiguous(layout_.format),
                        /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  return LogActivation(x, options.log_alpha).to(layout_.type);
}

torch::Tensor ResNet::RunLayer(size_t index, const torch::Tensor& x) {
  return index == 0 ? Stem(x) : blocks.at(index - 1)->forward(x);
}

torch::Tensor ResNet::Embed(const torch::Tensor& features) {
  return Leaky(final_bn(features), options.leak).to(torch::kFloat32).mean({2, 3});
}

torch::Tensor ResNet::Classify(const torch::Tensor& embedding) { return fc(embedding); }

}  // namespace airy::model
