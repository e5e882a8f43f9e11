#include "model/cuda_graphs.h"

#include <ATen/cuda/CUDAGraph.h>

#include <exception>
#include <memory>

namespace airy::model {
namespace {

constexpr int kRunsBefore = 3;

// A capture that failed is closed, so that the stream works again.
torch::Tensor Capture(const std::function<torch::Tensor(const torch::Tensor&)>& compute,
                      const torch::Tensor& input, at::cuda::CUDAGraph* graph) {
  try {
    const torch::Tensor answers = compute(input);
    graph->capture_end();
    return answers;
  } catch (const std::exception&) {
    try {
      graph->capture_end();
    } catch (const std::exception&) {  // the first error says more
    }
    throw;
  }
}

}  // namespace

std::vector<std::function<torch::Tensor()>> RecordCudaGraphs(
    const std::function<torch::Tensor(const torch::Tensor&)>& compute,
    const std::vector<torch::Tensor>& inputs) {
  const auto pool = at::cuda::graph_pool_handle();
  std::vector<std::function<torch::Tensor()>> recorded;
  for (const torch::Tensor& input : inputs) {
    for (int i = 0; i < kRunsBefore; ++i) compute(input);
    torch::cuda::synchronize(input.device().index());
    const auto graph = std::make_shared<at::cuda::CUDAGraph>();
    graph->capture_begin(pool);
    const torch::Tensor answers = Capture(compute, input, graph.get());
    recorded.push_back([graph, answers] {
      graph->replay();
      return answers;
    });
  }
  return recorded;
}

}  // namespace airy::model
