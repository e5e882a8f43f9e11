#pragma once

#include <vector>

#include "model/nets/network.h"
#include "model/nets/resnet.h"

namespace airy::model {

// A ResNet that is only run. The second normalisation of a block is folded into the
// convolution before it; the others stand before a LeakyReLU whose input the shortcut
// also needs, and become one multiply-add per channel. Owned by one thread.
class FoldedResNet final : public InferenceGraph {
 public:
  FoldedResNet(const ResNet& network, const ComputeLayout& layout);
  torch::Tensor Run(const torch::Tensor& counts) override;

 private:
  struct Convolution {
    torch::Tensor weight;
    torch::Tensor bias;  // undefined: none
    int64_t stride = 1;
    torch::Tensor operator()(const torch::Tensor& x) const;
  };
  // LeakyReLU(scale * x + shift), per channel.
  struct Activation {
    torch::Tensor scale;
    torch::Tensor shift;
    double leak = 0;
    torch::Tensor operator()(const torch::Tensor& x) const;
  };
  struct Block {
    Activation before;
    Convolution conv1, conv2, projection;  // projection undefined: identity
  };

  Activation MakeActivation(const torch::nn::BatchNorm2d& bn) const;
  Convolution MakeConvolution(const torch::nn::Conv2d& conv) const;
  Convolution MakeConvolution(const torch::nn::Conv2d& conv,
                              const torch::nn::BatchNorm2d& bn) const;

  const ResNetOptions options_;
  const ComputeLayout layout_;
  Convolution stem_;
  std::vector<Block> blocks_;
  Activation last_;
  torch::Tensor fc_weight_;
  torch::Tensor fc_bias_;
};

}  // namespace airy::model
