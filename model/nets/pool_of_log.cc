#include "model/nets/pool_of_log.h"

#include <c10/cuda/CUDAStream.h>

#include "model/nets/pool_of_log_kernel.h"

namespace airy::model {

torch::Tensor PoolOfLogOnGpu(double alpha, const torch::Tensor& x,
                             torch::ScalarType type) {
  const c10::DeviceGuard guard(x.device());
  torch::Tensor out = torch::empty(
      {x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2},
      x.options().dtype(type).memory_format(torch::MemoryFormat::ChannelsLast));
  const cudaError_t error = LaunchPoolOfLog({.x = x.data_ptr<float>(),
                                             .n = static_cast<int>(x.size(0)),
                                             .c = static_cast<int>(x.size(1)),
                                             .h = static_cast<int>(x.size(2)),
                                             .w = static_cast<int>(x.size(3)),
                                             .alpha = static_cast<float>(alpha),
                                             .out = out.data_ptr(),
                                             .to_bf16 = type == torch::kBFloat16},
                                            c10::cuda::getCurrentCUDAStream().stream());
  TORCH_CHECK(error == cudaSuccess, "the pool of logarithms could not be launched: ",
              cudaGetErrorString(error));
  return out;
}

}  // namespace airy::model
