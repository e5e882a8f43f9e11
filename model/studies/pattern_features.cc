#include "model/studies/pattern_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "preprocess/frame/check.h"
#include "preprocess/frame/image.h"

namespace airy::studies {
namespace {

constexpr int kRings = 96, kAngles = 256, kBand = 4, kOrders = 8;
constexpr int kFringeOrders = 32, kTrend = 8;
constexpr double kInnerRadius = 14;  // pixels: clear of the hole
constexpr double kDark = 0.1;        // counts

static_assert(kPatternFeatures == kRings + 1 + kRings / kBand * kOrders + kFringeOrders);

using Phase = std::complex<double>;

const std::array<Phase, kAngles>& Phases() {
  static const auto kPhases = [] {
    std::array<Phase, kAngles> phases;
    for (int p = 0; p < kAngles; ++p) {
      phases[static_cast<size_t>(p)] =
          std::polar(1.0, 2 * std::numbers::pi * p / kAngles);
    }
    return phases;
  }();
  return kPhases;
}

Phase PhaseAt(int64_t step) { return Phases()[static_cast<size_t>(step % kAngles)]; }

// Between the centres of pixels, bilinear.
double Sample(std::span<const float> pixels, double row, double col) {
  const auto r = static_cast<size_t>(row);
  const auto c = static_cast<size_t>(col);
  const double down = row - static_cast<double>(r);
  const double right = col - static_cast<double>(c);
  const float* at = pixels.data() + r * kInputSize + c;
  const auto mix = [right](const float* pair) {
    return static_cast<double>(pair[0]) * (1 - right) +
           static_cast<double>(pair[1]) * right;
  };
  return mix(at) * (1 - down) + mix(at + kInputSize) * down;
}

// Of one ring: its mean and the amplitudes of orders 1..kOrders.
using Ring = std::array<Phase, kOrders + 1>;

Ring Measure(std::span<const float> pixels, double radius) {
  constexpr double kCentre = (kInputSize - 1) / 2.0;
  Ring ring{};
  for (int p = 0; p < kAngles; ++p) {
    const Phase at = PhaseAt(p);
    const double value =
        Sample(pixels, kCentre + radius * at.imag(), kCentre + radius * at.real());
    for (int n = 0; n <= kOrders; ++n) {
      ring[static_cast<size_t>(n)] += value / kAngles * PhaseAt(int64_t{n} * p);
    }
  }
  return ring;
}

// |sum over r of v(r) exp(2 pi i k r / rings)| for k = 1..kFringeOrders, of what is left
// of the profile without its moving average.
void AddFringes(std::span<const double> profile, std::vector<float>* features) {
  std::array<double, kRings> rest;
  for (int r = 0; r < kRings; ++r) {
    const auto first = profile.begin() + std::max(0, r - kTrend);
    const auto end = profile.begin() + std::min(kRings, r + kTrend + 1);
    const double trend =
        std::accumulate(first, end, 0.0) / static_cast<double>(end - first);
    rest[static_cast<size_t>(r)] = profile[static_cast<size_t>(r)] - trend;
  }
  for (int k = 1; k <= kFringeOrders; ++k) {
    Phase sum = 0;
    for (int r = 0; r < kRings; ++r) {
      sum += rest[static_cast<size_t>(r)] *
             std::polar(1.0, 2 * std::numbers::pi * k * r / kRings);
    }
    features->push_back(static_cast<float>(std::abs(sum) / kRings));
  }
}

}  // namespace

std::vector<float> PatternFeatures(std::span<const float> pixels) {
  AIRY_CHECK(pixels.size() == size_t{kInputSize} * kInputSize);
  std::array<Ring, kRings> rings;
  std::array<double, kRings> profile;
  for (size_t r = 0; r < kRings; ++r) {
    rings[r] = Measure(pixels, kInnerRadius + static_cast<double>(r));
    profile[r] = std::log(rings[r][0].real() + kDark);
  }
  const double level = std::accumulate(profile.begin(), profile.end(), 0.0) / kRings;
  for (double& value : profile) value -= level;

  std::vector<float> features(profile.begin(), profile.end());
  features.push_back(static_cast<float>(level));
  for (size_t band = 0; band < kRings; band += kBand) {
    Ring sum{};
    for (size_t r = band; r < band + kBand; ++r) {
      for (size_t n = 0; n <= kOrders; ++n) sum[n] += rings[r][n];
    }
    for (size_t n = 1; n <= kOrders; ++n) {
      const double share = std::abs(sum[n]) / (sum[0].real() + kBand * kDark);
      features.push_back(static_cast<float>(std::log(share + 0.01)));
    }
  }
  AddFringes(profile, &features);
  return features;
}

}  // namespace airy::studies
