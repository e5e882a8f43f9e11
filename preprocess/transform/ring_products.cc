#include <cstddef>
#include <cstring>

#include "preprocess/transform/ring_samples.h"

namespace airy::transform {
namespace {

// The product of the samples with their own transpose, in tiles that stay in the
// registers while the angles go by.
template <int kLanes>
struct Correlate {
  using Vector [[gnu::vector_size(kLanes * sizeof(float))]] = float;
  static constexpr size_t kTileRows = kLanes == 16 ? 8 : 4;  // AVX-512 has 32 registers

  // kTileRows rows from `row` on, kVectors * kLanes columns from `col` on.
  template <size_t kVectors>
  AIRY_SIMD_KERNEL void Tile(const PanelSamples* samples, size_t rings, size_t angles,
                             size_t row, size_t col, float* products) {
    const float* left = Ring(samples, angles, row);
    const float* right[kVectors];
    for (size_t v = 0; v < kVectors; ++v) {
      right[v] = Ring(samples, angles, col + v * kLanes);
    }
    Vector sums[kTileRows][kVectors] = {};
    for (size_t p = 0; p < angles; ++p) {
      Vector loaded[kVectors];
      for (size_t v = 0; v < kVectors; ++v) {
        std::memcpy(&loaded[v], right[v] + p * kPanelRings, sizeof(Vector));
      }
#pragma GCC unroll 8
      for (size_t i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 2
        for (size_t v = 0; v < kVectors; ++v) {
          sums[i][v] += left[p * kPanelRings + i] * loaded[v];
        }
      }
    }
    for (size_t i = 0; i < kTileRows; ++i) {
      float* out = products + (row + i) * rings + col;
      std::memcpy(out, sums[i], sizeof(sums[i]));
    }
  }

  AIRY_SIMD_KERNEL const float* Ring(const PanelSamples* samples, size_t angles,
                                     size_t ring) {
    return samples[ring / kPanelRings * angles].value + ring % kPanelRings;
  }

  AIRY_SIMD_KERNEL void Run(const PanelSamples* samples, size_t rings, size_t angles,
                            float* products) {
    for (size_t row = 0; row < rings; row += kTileRows) {
      const size_t end = row + kTileRows;  // of the columns up to the diagonal
      size_t col = 0;
      for (; col + kLanes < end; col += 2 * kLanes) {
        Tile<2>(samples, rings, angles, row, col, products);
      }
      if (col < end) Tile<1>(samples, rings, angles, row, col, products);
    }
  }
};

}  // namespace

void CorrelateRings(SimdLevel simd, const PanelSamples* samples, size_t rings,
                    size_t angles, float* products) {
  RunLanesAt<Correlate>(simd, samples, rings, angles, products);
}

}  // namespace airy::transform
