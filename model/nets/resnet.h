#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "model/nets/network.h"

namespace airy::model {

struct ResNetOptions {
  NetworkOptions network;
  std::array<int, 4> blocks = {2, 2, 2, 2};  // per stage
  // Of 1x1, 3x3 and 1x1 convolutions, the last four times as wide; else of two 3x3.
  bool bottleneck = false;
};

// Convolutions, each preceded by batch normalisation and LeakyReLU, whose result is added
// to the block's input; where that has another shape, to a 1x1 convolution of the
// activated input.
class PreActBlock : public torch::nn::Module {
 public:
  struct Layer {
    int64_t channels, kernel, stride;
  };

  PreActBlock(int64_t in_channels, const std::vector<Layer>& layers, bool project);
  torch::Tensor forward(const torch::Tensor& x);

  std::vector<torch::nn::BatchNorm2d> bns;  // "bn1", "bn2", ...
  std::vector<torch::nn::Conv2d> convs;     // "conv1", "conv2", ...
  torch::nn::Conv2d projection{nullptr};
};

// The pre-activated ResNets of PRE 99, 063309, Table 8: conv(7,64,2), logarithmic
// activation (Eq. 11), max pooling(3,2), four stages, average pooling, fc. As in the
// authors' code every stage starts with a projection, no normalisation stands before the
// first pooling, and a normalisation with LeakyReLU ends the last stage. Without the
// logarithm nothing takes its place: the first block begins with an activation. A
// bottleneck's 3x3 convolution has the stride, not 3 as misprinted.
class ResNet final : public Network {
 public:
  explicit ResNet(const ResNetOptions& options);
  std::vector<std::string> layers() const override;
  torch::Tensor RunLayer(size_t index, const torch::Tensor& x) override;
  torch::Tensor Embed(const torch::Tensor& features) override;
  torch::Tensor Classify(const torch::Tensor& embedding) override;
  void set_layout(const ComputeLayout& layout) override;

  const ResNetOptions options;
  torch::nn::Conv2d stem;
  std::vector<std::shared_ptr<PreActBlock>> blocks;
  torch::nn::BatchNorm2d final_bn;
  torch::nn::Linear fc;

 private:
  torch::Tensor Stem(const torch::Tensor& counts);

  ComputeLayout layout_;
};

}  // namespace airy::model
