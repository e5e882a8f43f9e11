#include "model/nets/folded_resnet.h"

#include "model/nets/log_activation.h"

namespace airy::model {
namespace {

// A normalisation in evaluation is x * scale + shift per channel.
std::pair<torch::Tensor, torch::Tensor> AffineOf(const torch::nn::BatchNorm2d& bn) {
  const torch::Tensor scale =
      bn->weight.detach() * torch::rsqrt(bn->running_var + bn->options.eps());
  return {scale, bn->bias.detach() - bn->running_mean * scale};
}

}  // namespace

torch::Tensor FoldedResNet::Convolution::operator()(const torch::Tensor& x) const {
  return torch::conv2d(x, weight, bias, stride, /*padding=*/weight.size(2) / 2);
}

torch::Tensor FoldedResNet::Activation::operator()(const torch::Tensor& x) const {
  torch::Tensor y = torch::addcmul(shift, x, scale);
  return torch::leaky_relu_(y, leak);
}

FoldedResNet::Activation FoldedResNet::MakeActivation(
    const torch::nn::BatchNorm2d& bn) const {
  const auto [scale, shift] = AffineOf(bn);
  return {scale.to(layout_.type).view({1, -1, 1, 1}),
          shift.to(layout_.type).view({1, -1, 1, 1}), options_.leak};
}

FoldedResNet::Convolution FoldedResNet::MakeConvolution(
    const torch::nn::Conv2d& conv) const {
  return {conv->weight.detach().to(layout_.type).contiguous(layout_.format),
          {},
          (*conv->options.stride())[0]};
}

FoldedResNet::Convolution FoldedResNet::MakeConvolution(
    const torch::nn::Conv2d& conv, const torch::nn::BatchNorm2d& bn) const {
  const auto [scale, shift] = AffineOf(bn);
  const torch::Tensor weight = conv->weight.detach() * scale.view({-1, 1, 1, 1});
  return {weight.to(layout_.type).contiguous(layout_.format), shift.to(layout_.type),
          (*conv->options.stride())[0]};
}

FoldedResNet::FoldedResNet(const ResNet& network, const ComputeLayout& layout)
    : options_(network.options), layout_(layout) {
  const torch::NoGradGuard no_grad;
  stem_ = {
      network.stem->weight.detach().clone(), {}, (*network.stem->options.stride())[0]};
  for (const auto& block : network.blocks) {
    blocks_.push_back({MakeActivation(block->bn1),
                       MakeConvolution(block->conv1, block->bn2),
                       MakeConvolution(block->conv2),
                       {}});
    if (block->projection) blocks_.back().projection = MakeConvolution(block->projection);
  }
  last_ = MakeActivation(network.final_bn);
  fc_weight_ = network.fc->weight.detach().clone();
  fc_bias_ = network.fc->bias.detach().clone();
}

torch::Tensor FoldedResNet::Run(const torch::Tensor& counts) {
  torch::Tensor x =
      torch::max_pool2d(stem_(counts), /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  x = LogActivation(x, options_.log_alpha).to(layout_.type).contiguous(layout_.format);
  for (const Block& block : blocks_) {
    const torch::Tensor activated = block.before(x);
    torch::Tensor hidden = block.conv1(activated);
    torch::leaky_relu_(hidden, options_.leak);
    x = block.conv2(hidden).add_(
        block.projection.weight.defined() ? block.projection(activated) : x);
  }
  x = last_(x).to(torch::kFloat32).mean({2, 3});
  return torch::addmm(fc_bias_, x, fc_weight_.t());
}

}  // namespace airy::model
