#pragma once

#include <optional>
#include <vector>

#include "model/nets/elementwise.h"
#include "model/nets/network.h"
#include "model/nets/packed_convolution.h"
#include "model/nets/resnet.h"

namespace airy::model {

// A ResNet that is only run. The normalisations inside a block are folded into the
// convolutions before them. The first cannot be: a LeakyReLU follows, and the shortcut
// needs what came before; it becomes one multiply-add, in the pass that adds the shortcut
// of the block before. Owned by one thread.
class FoldedResNet final : public InferenceGraph {
 public:
  FoldedResNet(const ResNet& network, const ComputeLayout& layout);
  torch::Tensor Run(const torch::Tensor& counts) override;

 private:
  struct Block {
    ChannelAffine before;
    std::vector<PackedConvolution> convs;
    PackedConvolution projection;  // undefined: identity
  };

  torch::Tensor Stem(const torch::Tensor& counts) const;

  const std::optional<double> log_alpha_;
  const ComputeLayout layout_;
  torch::Tensor stem_weight_;
  std::vector<Block> blocks_;
  ChannelAffine last_;
  torch::Tensor fc_weight_;
  torch::Tensor fc_bias_;
};

}  // namespace airy::model
