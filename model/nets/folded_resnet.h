#pragma once

#include <vector>

#include "model/nets/elementwise.h"
#include "model/nets/network.h"
#include "model/nets/packed_convolution.h"
#include "model/nets/resnet.h"

namespace airy::model {

// A ResNet that is only run. The second normalisation of a block is folded into the
// convolution before it. The first cannot be: a LeakyReLU follows, and the shortcut needs
// what came before; it becomes one multiply-add, in the pass that adds the shortcut of
// the block before. Owned by one thread.
class FoldedResNet final : public InferenceGraph {
 public:
  FoldedResNet(const ResNet& network, const ComputeLayout& layout);
  torch::Tensor Run(const torch::Tensor& counts) override;

 private:
  struct Block {
    ChannelAffine before;
    PackedConvolution conv1, conv2, projection;  // projection undefined: identity
  };

  torch::Tensor Stem(const torch::Tensor& counts) const;
  PackedConvolution Pack(const torch::nn::Conv2d& conv,
                         const ChannelAffine* after = nullptr) const;

  const ResNetOptions options_;
  const ComputeLayout layout_;
  torch::Tensor stem_weight_;
  std::vector<Block> blocks_;
  ChannelAffine last_;
  torch::Tensor fc_weight_;
  torch::Tensor fc_bias_;
};

}  // namespace airy::model
