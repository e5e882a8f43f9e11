#pragma once

#include <bit>
#include <cstdint>

#include "preprocess/transform/simd.h"

namespace airy::simulation {

// Elementary functions of floats for loops that the compiler turns into vectors: no
// branch, no table, no call, and the same bits at every SimdLevel (the files that use
// them are compiled without fused multiply-add). Errors are relative to 1 or to the
// result, whichever is larger, and a few 1e-7 unless told.

// exp(x), x <= 80; below -87 as at -87.
AIRY_SIMD_KERNEL float Exp(float x) {
  constexpr float kToWhole = 12582912;  // 1.5 * 2^23: adding it rounds to whole numbers
  const float power = (x > -87 ? x : -87.0F) * 1.44269504F;
  const float shifted = power + kToWhole;
  // 2^f for f in -1/2..1/2 by its series, then the whole power into the exponent's bits.
  const float f = (power - (shifted - kToWhole)) * 0.69314718F;
  const float series =
      1 + f * (1 + f * (1.0F / 2 +
                        f * (1.0F / 6 +
                             f * (1.0F / 24 + f * (1.0F / 120 + f * (1.0F / 720))))));
  return std::bit_cast<float>(std::bit_cast<uint32_t>(series) +
                              (std::bit_cast<uint32_t>(shifted) << 23));
}

// log(x) of a normal number x > 0: 2 artanh((m - 1) / (m + 1)) of the mantissa m between
// 1/sqrt(2) and sqrt(2), by its series.
AIRY_SIMD_KERNEL float Log(float x) {
  constexpr uint32_t kRootHalf = 0x3f3504f3;  // 1/sqrt(2)
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const int32_t exponent = static_cast<int32_t>(bits - kRootHalf) >> 23;
  const float mantissa =
      std::bit_cast<float>(bits - (static_cast<uint32_t>(exponent) << 23));
  const float t = (mantissa - 1) / (mantissa + 1);
  const float square = t * t;
  const float series =
      1 + square * (1.0F / 3 + square * (1.0F / 5 + square * (1.0F / 7)));
  return static_cast<float>(exponent) * 0.69314718F + 2 * t * series;
}

struct SineCosine {
  float sine, cosine;
};

// Of (quarter + y) quarter turns, |y| <= 1/2; of `quarter` only the lowest two bits
// count.
AIRY_SIMD_KERNEL SineCosine OfQuarterTurns(uint32_t quarter, float y) {
  const float a = y * 1.57079633F;
  const float square = a * a;
  const float sine =
      a * (1 - square * (1.0F / 6 - square * (1.0F / 120 - square * (1.0F / 5040))));
  const float cosine =
      1 - square * (1.0F / 2 - square * (1.0F / 24 - square * (1.0F / 720 -
                                                               square * (1.0F / 40320))));
  const bool swap = (quarter & 1) != 0;
  const uint32_t to_sine =
      swap ? std::bit_cast<uint32_t>(cosine) : std::bit_cast<uint32_t>(sine);
  const uint32_t to_cosine =
      swap ? std::bit_cast<uint32_t>(sine) : std::bit_cast<uint32_t>(cosine);
  return {std::bit_cast<float>(to_sine ^ ((quarter & 2) << 30)),
          std::bit_cast<float>(to_cosine ^ (((quarter + 1) & 2) << 30))};
}

// Of an angle of up to 4e6 rad, as exactly as its float tells it.
AIRY_SIMD_KERNEL SineCosine OfRadians(float angle) {
  constexpr float kToWhole = 12582912;
  const float quarters = angle * 0.636619772F;
  const float shifted = quarters + kToWhole;
  return OfQuarterTurns(std::bit_cast<uint32_t>(shifted),
                        quarters - (shifted - kToWhole));
}

}  // namespace airy::simulation
