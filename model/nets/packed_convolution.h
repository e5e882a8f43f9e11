#pragma once

#include <torch/torch.h>

#include <memory>

namespace airy::model {

// A convolution with fixed weights, kept in the order the CPU's kernels want where
// LibTorch offers that, else left to torch::conv2d: oneDNN would reorder the weights at
// every call, 9 MB in the last stage, which takes longer than the convolution of one
// image. No gradients. Owned by one thread.
class PackedConvolution {
 public:
  PackedConvolution() = default;
  // weight: [out, in, k, k] in the type and memory format to compute in; bias: [out] or
  // undefined. Padding is k / 2.
  PackedConvolution(torch::Tensor weight, torch::Tensor bias, int64_t stride);
  bool defined() const { return weight_.defined(); }
  torch::Tensor operator()(const torch::Tensor& x);

 private:
  void Pack(const torch::Tensor& x);

  torch::Tensor weight_;
  torch::Tensor bias_;
  int64_t stride_ = 1;
  bool tried_packing_ = false;
  torch::IValue packed_;  // none: not packed
};

}  // namespace airy::model
