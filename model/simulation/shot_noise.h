#pragma once

#include <cstddef>
#include <cstdint>

#include "preprocess/transform/simd.h"

namespace airy::simulation {

// The noise of one row of pixels, a step at a time; the same bits at every SimdLevel.
// Counts are multiples of kNoiseBlock. Words are uniformly random.
inline constexpr size_t kNoiseBlock = 32;

// Means above this skip the count of photons: their amplified sum is drawn at once.
inline constexpr float kMostCountedMean = 30;

// Standard normal numbers by Box and Muller's method: two words make two numbers. Writes
// over `words`, which must be another array.
void DrawNormals(transform::SimdLevel simd, size_t count, const uint32_t* words,
                 float* normals);

// Poisson counts of the means, by inversion: one word makes one number. Means above
// kMostCountedMean count as that.
void DrawPhotons(transform::SimdLevel simd, size_t count, const float* means,
                 const uint32_t* words, float* photons);

// The plate's answer, in units of the mean answer to a photon: the sum over the photons
// of their gains, Gamma-distributed of shape 2 and mean 1. That of n photons is
// Gamma-distributed of shape 2n, drawn from a normal number by the cube of Wilson and
// Hilferty (mean and variance within 0.2 %); of a mean above kMostCountedMean it is drawn
// by the first three cumulants of the compound. The screen saturates: x / (1 + x /
// saturation).
void Amplify(transform::SimdLevel simd, size_t count, const float* means,
             const float* photons, const float* normals, float saturation, float* light);

}  // namespace airy::simulation
