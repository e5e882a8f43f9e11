#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace airy::model {

struct PoolOfLogCall {
  const float* x = nullptr;  // [n][c][h][w], h and w even
  int n = 0;
  int c = 0;
  int h = 0;
  int w = 0;
  float alpha = 0;
  void* out = nullptr;  // [n][h / 2][w / 2][c]
  bool to_bf16 = false;
};

// Queues the kernel on `stream`; what the launch says.
cudaError_t LaunchPoolOfLog(const PoolOfLogCall& call, cudaStream_t stream);

}  // namespace airy::model
