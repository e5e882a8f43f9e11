#pragma once

#include <torch/torch.h>

#include "model/nets/elementwise.h"
#include "model/nets/network.h"
#include "model/nets/packed_convolution.h"

namespace airy::model {

// What a normalisation does in evaluation.
ChannelAffine AffineOf(const torch::nn::BatchNorm2d& bn);

// The weights of `conv`, which has no bias, as if `after` followed it.
torch::Tensor FoldedWeight(const torch::nn::Conv2d& conv, const ChannelAffine& after);

// `conv`, then `after` where it is given, to be run in this layout.
PackedConvolution FoldConvolution(const torch::nn::Conv2d& conv,
                                  const ChannelAffine* after,
                                  const ComputeLayout& layout);

}  // namespace airy::model
