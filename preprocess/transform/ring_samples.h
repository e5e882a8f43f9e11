#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "preprocess/transform/polar_grid.h"
#include "preprocess/transform/simd.h"

namespace airy::transform {

// Rings are kept in panels of 16 neighbours, and a panel angle by angle, so that a vector
// holds neighbours at one angle and every loop walks through memory in one direction.
inline constexpr size_t kPanelRings = 16;

// The samples of a panel at one angle. Angle p of ring i is value[i % 16] of element
// i / 16 * angles + p.
struct alignas(64) PanelSamples {
  float value[kPanelRings];
};

// Beyond this a sample counts as 0, as does one that is not finite: products of samples
// never overflow.
inline constexpr float kLargestSample = 1e15F;

// Samples `image`, of grid.rows x grid.cols pixels, by bilinear interpolation, masked or
// not. `samples`: grid.rings() / 16 panels.
void SampleRings(SimdLevel simd, const PolarGrid& grid, const float* image,
                 PanelSamples* samples);

// For the rings of one panel: the sum of their samples, and of samples times cosine and
// times sine of angle p.
struct PanelSums {
  PanelSamples plain;
  PanelSamples cosine;
  PanelSamples sine;
};
PanelSums SumPanel(SimdLevel simd, std::span<const PanelSamples> panel,
                   const float* cosine, const float* sine);

// products[i * rings + j] = sum over angles p of sample (i, p) times sample (j, p), for
// all j <= i, and whatever it is for other j. `samples`: rings / 16 panels. With fused
// multiply-add where the level has it, so that levels differ by rounding.
void CorrelateRings(SimdLevel simd, const PanelSamples* samples, size_t rings,
                    size_t angles, float* products);

}  // namespace airy::transform
