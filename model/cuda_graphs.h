#pragma once

#include <torch/torch.h>

#include <functional>
#include <vector>

namespace airy::model {

// Records a CUDA graph of `compute` for each of `inputs`, on the current stream, which
// must not be a GPU's default one, after a few runs in which libraries choose their
// algorithms. A call of the result replays it on the current stream: it reads the input
// as it is then, and returns the same tensor every time. The graphs share their memory,
// so that only one may run at a time; the input that needs most comes first. What
// `compute` reads must stay where it is. In a build with CUDA alone.
std::vector<std::function<torch::Tensor()>> RecordCudaGraphs(
    const std::function<torch::Tensor(const torch::Tensor&)>& compute,
    const std::vector<torch::Tensor>& inputs);

}  // namespace airy::model
