#include <cuda_bf16.h>

#include "model/nets/pool_of_log_kernel.h"
#include "model/nets/pooled_log.h"

namespace airy::model {
namespace {

constexpr int kTile = 32;
constexpr int kRowsOfThreads = 8;

__device__ void Store(float value, float* out) { *out = value; }
__device__ void Store(float value, __nv_bfloat16* out) { *out = __float2bfloat16(value); }

// A block makes the values of 32 channels at 32 columns of one row. Reading, threads side
// by side are columns; writing, channels: as either lies in memory.
template <typename T>
__global__ void PoolOfLog(const float* x, int channels, int h, int w, float alpha,
                          T* out) {
  __shared__ float tile[kTile][kTile + 1];  // the 33rd keeps columns in different banks
  const int pooled_w = w / 2;
  const int tiles = (pooled_w + kTile - 1) / kTile;
  const int row = blockIdx.x / tiles;
  const int first_col = blockIdx.x % tiles * kTile;
  const int first_channel = blockIdx.y * kTile;
  const int64_t image = blockIdx.z;
  const int side = threadIdx.x;
  for (int c = threadIdx.y; c < kTile; c += kRowsOfThreads) {
    const int channel = first_channel + c;
    const int col = first_col + side;
    if (channel >= channels || col >= pooled_w) continue;
    const float* plane = x + (image * channels + channel) * h * w;
    tile[c][side] = PooledLog(plane, w, row, col, alpha);
  }
  __syncthreads();
  for (int p = threadIdx.y; p < kTile; p += kRowsOfThreads) {
    const int channel = first_channel + side;
    const int col = first_col + p;
    if (channel >= channels || col >= pooled_w) continue;
    const int64_t pixel = (image * (h / 2) + row) * pooled_w + col;
    Store(tile[side][p], out + pixel * channels + channel);
  }
}

}  // namespace

cudaError_t LaunchPoolOfLog(const PoolOfLogCall& call, cudaStream_t stream) {
  const int tiles = (call.w / 2 + kTile - 1) / kTile;
  const dim3 blocks(call.h / 2 * tiles, (call.c + kTile - 1) / kTile, call.n);
  const dim3 threads(kTile, kRowsOfThreads);
  if (call.to_bf16) {
    PoolOfLog<<<blocks, threads, 0, stream>>>(call.x, call.c, call.h, call.w, call.alpha,
                                              static_cast<__nv_bfloat16*>(call.out));
  } else {
    PoolOfLog<<<blocks, threads, 0, stream>>>(call.x, call.c, call.h, call.w, call.alpha,
                                              static_cast<float*>(call.out));
  }
  return cudaGetLastError();
}

}  // namespace airy::model
