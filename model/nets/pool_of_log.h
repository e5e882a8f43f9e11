#pragma once

#include <torch/torch.h>

namespace airy::model {

// PoolOfLog on a GPU in one pass: x [n, c, h, w] float32, contiguous; the result is
// float32 or bfloat16, channels-last. Queued on the current stream. In a build with CUDA
// alone.
torch::Tensor PoolOfLogOnGpu(double alpha, const torch::Tensor& x,
                             torch::ScalarType type);

}  // namespace airy::model
