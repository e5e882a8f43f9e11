#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/nets/network.h"
#include "preprocess/frame/classes.h"

namespace airy::model {

struct ResNetOptions {
  int outputs = kClassCount;
  std::array<int, 4> blocks = {2, 2, 2, 2};  // per stage, of widths 64, 128, 256, 512
  double log_alpha = 0.2;
  double leak = 0.2;
};

// conv3x3 - conv3x3, each preceded by batch normalisation and LeakyReLU; the shortcut of
// a stage's first block is a 1x1 convolution of the activated input.
class PreActBlock : public torch::nn::Module {
 public:
  PreActBlock(int64_t in_channels, int64_t out_channels, int64_t stride, bool project,
              double leak);
  torch::Tensor forward(const torch::Tensor& x);

  torch::nn::BatchNorm2d bn1, bn2;
  torch::nn::Conv2d conv1, conv2;
  torch::nn::Conv2d projection{nullptr};
  const double leak;
};

// The pre-activated ResNet of PRE 99, 063309, Table 8: conv(7,64,2), logarithmic
// activation (Eq. 11), max pooling(3,2), four stages, average pooling, fc. As in the
// authors' code every stage starts with a projection, no normalisation stands before the
// first pooling, and a normalisation with LeakyReLU ends the last stage.
class ResNet : public Network {
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
