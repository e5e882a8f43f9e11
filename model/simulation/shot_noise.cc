#include "model/simulation/shot_noise.h"

#include <array>
#include <cmath>

#include "model/simulation/vector_math.h"

namespace airy::simulation {
namespace {

using transform::RunAt;
using transform::SimdLevel;

// In the middle of the 2^24 equal parts of 0..1.
AIRY_SIMD_KERNEL float Uniform(uint32_t word) {
  return (static_cast<float>(static_cast<int32_t>(word >> 8)) + 0.5F) * 0x1p-24F;
}

struct Normals {
  AIRY_SIMD_KERNEL void Run(size_t count, const uint32_t* __restrict words,
                            float* __restrict normals) {
    const size_t half = count / 2;
    for (size_t i = 0; i < half; ++i) {
      const float radius = std::sqrt(-2 * Log(Uniform(words[i])));
      const uint32_t turn = words[half + i];
      const float y = static_cast<float>(static_cast<int32_t>(turn)) * 0x1p-32F;
      const SineCosine on_circle = OfQuarterTurns(turn, y);
      normals[i] = radius * on_circle.cosine;
      normals[half + i] = radius * on_circle.sine;
    }
  }
};

constexpr size_t kFarTail = 96;  // of a mean of 30; beyond lies less than a word resolves
constexpr std::array<float, kFarTail + 1> kInverse = [] {
  std::array<float, kFarTail + 1> inverse{};
  for (size_t k = 1; k <= kFarTail; ++k) inverse[k] = 1.0F / static_cast<float>(k);
  return inverse;
}();

struct Photons {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* __restrict means,
                            const uint32_t* __restrict words, float* __restrict photons) {
    // What is left of the uniform number after the terms of 0..k-1 photons.
    alignas(64) float mean[kNoiseBlock], left[kNoiseBlock], term[kNoiseBlock];
    alignas(64) float drawn[kNoiseBlock];
    for (size_t first = 0; first < count; first += kNoiseBlock) {
      for (size_t i = 0; i < kNoiseBlock; ++i) {
        const float given = means[first + i];
        mean[i] = given < kMostCountedMean ? given : kMostCountedMean;
        term[i] = Exp(-mean[i]);
        left[i] = Uniform(words[first + i]) - term[i];
        drawn[i] = 0;
      }
      for (size_t k = 1; k <= kFarTail; ++k) {
        const float inverse = kInverse[k];
        const float whole = static_cast<float>(k);
        uint32_t any = 0;
        for (size_t i = 0; i < kNoiseBlock; ++i) {
          // Past the mean, terms too small to tell are rounding, not photons.
          const bool more = (left[i] > 0) & ((term[i] > 0x1p-27F) | (whole < mean[i]));
          drawn[i] += more ? 1.0F : 0.0F;
          any |= more ? 1U : 0U;
          term[i] *= mean[i] * inverse;
          left[i] -= term[i];
        }
        if (any == 0) break;
      }
      for (size_t i = 0; i < kNoiseBlock; ++i) photons[first + i] = drawn[i];
    }
  }
};

struct Amplification {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* __restrict means,
                            const float* __restrict photons,
                            const float* __restrict normals, float per_saturation,
                            float* __restrict light) {
    for (size_t i = 0; i < count; ++i) {
      const float z = normals[i];
      const float n = photons[i] > 0 ? photons[i] : 1.0F;
      const float root = 1 - 1 / (18 * n) + z / (3 * std::sqrt(2 * n));
      const float counted = photons[i] > 0 ? n * root * root * root : 0.0F;
      // Cumulants m, 3/2 m and 3 m.
      const float m = means[i] > kMostCountedMean ? means[i] : kMostCountedMean;
      const float bright = m + std::sqrt(1.5F * m - 2.0F / 9) * z + (z * z - 1) / 3;
      const float sum = means[i] > kMostCountedMean ? bright : counted;
      const float positive = sum > 0 ? sum : 0.0F;
      light[i] = positive / (1 + positive * per_saturation);
    }
  }
};

}  // namespace

void DrawNormals(SimdLevel simd, size_t count, const uint32_t* words, float* normals) {
  RunAt<Normals>(simd, count, words, normals);
}

void DrawPhotons(SimdLevel simd, size_t count, const float* means, const uint32_t* words,
                 float* photons) {
  RunAt<Photons>(simd, count, means, words, photons);
}

void Amplify(SimdLevel simd, size_t count, const float* means, const float* photons,
             const float* normals, float saturation, float* light) {
  RunAt<Amplification>(simd, count, means, photons, normals, 1 / saturation, light);
}

}  // namespace airy::simulation
