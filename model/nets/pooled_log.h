#pragma once

#include <cmath>
#include <cstdint>

#ifdef __CUDACC__
#define AIRY_ON_GPU_TOO __host__ __device__
#else
#define AIRY_ON_GPU_TOO
#endif

namespace airy::model {

// One value of PoolOfLog, as a GPU computes it: the logarithmic activation (PRE 99,
// 063309, Eq. 11) of the largest of nine neighbours, those of (2 row, 2 col) in a plane
// [h][w] with even edges. What lies outside is no neighbour.
AIRY_ON_GPU_TOO inline float PooledLog(const float* plane, int w, int row, int col,
                                       float alpha) {
  constexpr float kC0 = 0.36787944117144233F;
  const int top = row > 0 ? 2 * row - 1 : 0;
  const int left = col > 0 ? 2 * col - 1 : 0;
  float largest = plane[static_cast<int64_t>(top) * w + left];
  for (int y = top; y <= 2 * row + 1; ++y) {
    for (int x = left; x <= 2 * col + 1; ++x) {
      const float value = plane[static_cast<int64_t>(y) * w + x];
      largest = value > largest || value != value ? value : largest;
    }
  }
  return copysignf(alpha * (logf(fabsf(largest) + kC0) + 1.0F), largest);
}

}  // namespace airy::model
