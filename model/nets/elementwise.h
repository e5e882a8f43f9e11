#pragma once

#include <torch/torch.h>

namespace airy::model {

// The steps between convolutions of a folded network, each one pass over memory where
// LibTorch would take two to six. On the CPU, tensors in channels-last take hand-written
// loops that round once to the output type; others take LibTorch's own operators. No
// gradients.

// A multiply-add per channel, kept in float32 whatever the activations are.
struct ChannelAffine {
  torch::Tensor scale;  // [c]
  torch::Tensor shift;  // [c]
};

// In place: LeakyReLU(x), 0 < leak < 1.
void Leaky(double leak, torch::Tensor* x);

// LeakyReLU(scale * x + shift).
torch::Tensor LeakyOfAffine(const ChannelAffine& affine, double leak,
                            const torch::Tensor& x);

// x += shortcut; returns LeakyReLU(scale * x + shift). Without `keep_sum` x is left as it
// was.
torch::Tensor AddThenLeakyOfAffine(const ChannelAffine& affine, double leak,
                                   const torch::Tensor& shortcut, bool keep_sum,
                                   torch::Tensor* x);

// max_pool(3, stride 2, padding 1) of the logarithmic activation (Eq. 11) of x: [n, c, h,
// w] float32, h and w even. The logarithm increases, so the pool goes first. The result
// has the type and memory format asked for.
torch::Tensor PoolOfLog(double alpha, const torch::Tensor& x, torch::ScalarType type,
                        torch::MemoryFormat format);

}  // namespace airy::model
