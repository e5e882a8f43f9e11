#include "preprocess/transform/ccf_scaling.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace airy::transform {
namespace {

constexpr double kLowQuantile = 0.01;
constexpr double kHighQuantile = 0.999;
// Logarithms that all lie within this of each other are one value: sums of hundreds of
// products differ by as much from rounding.
constexpr float kRounding = 1e-4F;

// log(x) for x of 1 or more, within 1e-7: 2 artanh((m - 1) / (m + 1)) of the mantissa m
// between 1/sqrt(2) and sqrt(2), by its series.
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

AIRY_SIMD_KERNEL float SignedLog(float x, float inverse_scale) {
  return std::copysign(Log(1 + std::fabs(x) * inverse_scale), x);
}

struct LogScale {
  AIRY_SIMD_KERNEL void Run(float inverse_scale, float low, float inverse_range,
                            size_t count, float* values) {
    for (size_t i = 0; i < count; ++i) {
      const float y = (SignedLog(values[i], inverse_scale) - low) * inverse_range;
      const float above = y > 0 ? y : 0.0F;
      values[i] = above < 1 ? above : 1.0F;
    }
  }
};

struct Multiply {
  AIRY_SIMD_KERNEL void Run(float factor, size_t count, float* values) {
    for (size_t i = 0; i < count; ++i) values[i] *= factor;
  }
};

// The largest magnitude: without their sign, floats sort like their bits, and only whole
// numbers are compared in vectors whatever not-a-number would do.
struct FindLargest {
  AIRY_SIMD_KERNEL float Run(const float* values, size_t count) {
    uint32_t largest = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t magnitude = std::bit_cast<uint32_t>(values[i]) & 0x7fffffffU;
      largest = magnitude > largest ? magnitude : largest;
    }
    return std::bit_cast<float>(largest);
  }
};

float InverseOrZero(float value) { return value > 0 ? 1 / value : 0; }

}  // namespace

void ScaleTriangle(SimdLevel simd, CcfScaling scaling, std::span<float> values,
                   ValueRanks* ranks) {
  const size_t count = values.size();
  if (scaling == CcfScaling::kMaximum) {
    const float largest = RunAt<FindLargest>(simd, values.data(), count);
    RunAt<Multiply>(simd, InverseOrZero(largest), count, values.data());
  } else if (scaling == CcfScaling::kLog) {
    const auto rank = [&](double quantile) {
      return static_cast<size_t>(quantile * static_cast<double>(count - 1));
    };
    ranks->Load(values);
    const float inverse_scale = InverseOrZero(ranks->MedianMagnitude());
    const float low = SignedLog(ranks->At(rank(kLowQuantile)), inverse_scale);
    const float high = SignedLog(ranks->At(rank(kHighQuantile)), inverse_scale);
    const float inverse_range = high - low > kRounding ? 1 / (high - low) : 0;
    RunAt<LogScale>(simd, inverse_scale, low, inverse_range, count, values.data());
  }
}

}  // namespace airy::transform
