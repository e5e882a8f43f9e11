#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/nets/network.h"

namespace airy::model {

struct VggOptions {
  NetworkOptions network;
  std::array<int, 5> convolutions = {2, 2, 3, 3, 3};  // per block
  int hidden = 4096;  // channels of the first two fully connected layers
};

// The VGG networks of PRE 99, 063309, Table 7: five blocks of 3x3 convolutions, widths 64
// to 512, each block followed by max pooling(2,2); then the fully connected layers as
// convolutions, 7x7 unpadded and 1x1 with 4096 channels, and 1x1 with the outputs (the
// table misprints the second as 7x7). Every 3x3 convolution is followed by batch
// normalisation and LeakyReLU, but for the first one of a network with the logarithmic
// activation (Eq. 11), which is followed by that alone, as in the ResNets. The pooled
// features are 7x7 for an image of 224x224; those of other sizes are brought to 7x7 by
// averages over cells.
class Vgg final : public Network {
 public:
  explicit Vgg(const VggOptions& options);
  // Every 3x3 convolution with its activation; pooling comes first in the next one.
  std::vector<std::string> layers() const override;
  torch::Tensor RunLayer(size_t index, const torch::Tensor& x) override;
  torch::Tensor Embed(const torch::Tensor& features) override;
  torch::Tensor Classify(const torch::Tensor& embedding) override;
  void set_layout(const ComputeLayout& layout) override;

  struct Layer {
    std::string name;
    bool pool_before;
    torch::nn::Conv2d conv;
    torch::nn::BatchNorm2d bn{nullptr};  // none: the first one, with the logarithm
  };

  const VggOptions options;
  std::vector<Layer> convolutions;
  torch::nn::Conv2d fc1, fc2, fc3;

 private:
  ComputeLayout layout_;
};

// What stands between the last convolution and fc1: [n, c, h, w] to [n, c, 7, 7].
torch::Tensor VggFinalPool(const torch::Tensor& x);

}  // namespace airy::model
