#include "preprocess/transform/ring_samples.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

namespace airy::transform {
namespace {

// The upper left of the pixels around the samples of a panel at one angle, as
// row * cols + col, and their weights.
struct alignas(64) PanelTaps {
  int32_t pixel[kPanelRings];
  float row_fraction[kPanelRings];
  float col_fraction[kPanelRings];
};
constexpr size_t kAnglesAtOnce = 64;  // they stay in the first-level cache

struct FindTaps {
  AIRY_SIMD_KERNEL void Run(const PolarGrid* grid, size_t ring, size_t angle,
                            size_t count, PanelTaps* __restrict taps) {
    const float* radius = grid->radius.data() + ring;
    const float* cosine = grid->cosine.data() + angle;
    const float* sine = grid->sine.data() + angle;
    const int rows = grid->rows;
    const int cols = grid->cols;
    const float centre_row = grid->centre_row;
    const float centre_col = grid->centre_col;
    for (size_t p = 0; p < count; ++p) {
      for (size_t i = 0; i < kPanelRings; ++i) {
        const PixelTap row = TapAt(centre_row + radius[i] * sine[p], rows);
        const PixelTap col = TapAt(centre_col + radius[i] * cosine[p], cols);
        taps[p].pixel[i] = row.pixel * cols + col.pixel;
        taps[p].row_fraction[i] = row.fraction;
        taps[p].col_fraction[i] = col.fraction;
      }
    }
  }
};

// For the baseline only: wider vectors would wait for the stores that fill them.
void Interpolate(const PanelTaps* taps, size_t count, const float* image, int cols,
                 PanelSamples* __restrict samples) {
  for (size_t p = 0; p < count; ++p) {
    // Two neighbours are fetched at once; what follows is then done in vectors.
    float upper[2 * kPanelRings];
    float lower[2 * kPanelRings];
    for (size_t i = 0; i < kPanelRings; ++i) {
      const float* pixel = image + taps[p].pixel[i];
      std::memcpy(upper + 2 * i, pixel, 2 * sizeof(float));
      std::memcpy(lower + 2 * i, pixel + cols, 2 * sizeof(float));
    }
    for (size_t i = 0; i < kPanelRings; ++i) {
      const float col = taps[p].col_fraction[i];
      const float top = upper[2 * i] + (upper[2 * i + 1] - upper[2 * i]) * col;
      const float bottom = lower[2 * i] + (lower[2 * i + 1] - lower[2 * i]) * col;
      const float sample = top + (bottom - top) * taps[p].row_fraction[i];
      samples[p].value[i] = std::fabs(sample) <= kLargestSample ? sample : 0.0F;
    }
  }
}

struct Sum {
  AIRY_SIMD_KERNEL void Run(const PanelSamples* __restrict panel, size_t angles,
                            const float* __restrict cosine, const float* __restrict sine,
                            PanelSums* __restrict out) {
    PanelSums sums{};
    for (size_t p = 0; p < angles; ++p) {
      for (size_t i = 0; i < kPanelRings; ++i) {
        const float sample = panel[p].value[i];
        sums.plain.value[i] += sample;
        sums.cosine.value[i] += sample * cosine[p];
        sums.sine.value[i] += sample * sine[p];
      }
    }
    *out = sums;
  }
};

}  // namespace

void SampleRings(SimdLevel simd, const PolarGrid& grid, const float* image,
                 PanelSamples* samples) {
  PanelTaps taps[kAnglesAtOnce];
  for (size_t ring = 0; ring < grid.rings(); ring += kPanelRings) {
    for (size_t first = 0; first < grid.angles(); first += kAnglesAtOnce) {
      const size_t count = std::min(kAnglesAtOnce, grid.angles() - first);
      RunAt<FindTaps>(simd, &grid, ring, first, count, taps);
      Interpolate(taps, count, image, grid.cols, samples);
      samples += count;
    }
  }
}

PanelSums SumPanel(SimdLevel simd, std::span<const PanelSamples> panel,
                   const float* cosine, const float* sine) {
  PanelSums sums;
  RunAt<Sum>(simd, panel.data(), panel.size(), cosine, sine, &sums);
  return sums;
}

}  // namespace airy::transform
