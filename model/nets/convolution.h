#pragma once

#include <torch/torch.h>

namespace airy::model {

// What the trainable networks are built of.

// A convolution of stride 1 or 2, padded by kernel / 2.
torch::nn::Conv2d MakeConvolution(int64_t in_channels, int64_t out_channels,
                                  int64_t kernel, int64_t stride = 1);

// `conv` of `x` in the type of `x`. Parameters are kept in float32 and rounded where they
// are used, so that small updates are not lost; a no-op when types agree.
torch::Tensor Convolve(const torch::nn::Conv2d& conv, const torch::Tensor& x);

// LeakyReLU of slope kLeak, in place.
torch::Tensor Activate(torch::Tensor x);

// Normal of variance gain / fan_in, cut at two sigma and widened to keep the variance
// (gain 1: TensorFlow's variance_scaling default, which the paper's code uses).
void InitialiseFanIn(torch::Tensor weight, double gain = 1);

// Gives every four-dimensional parameter of `module` this memory format.
void SetMemoryFormat(torch::MemoryFormat format, torch::nn::Module* module);

}  // namespace airy::model
