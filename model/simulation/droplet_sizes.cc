#include "model/simulation/droplet_sizes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

constexpr double kMeanLog = 5.77, kDeviation = 0.38;
constexpr double kLeastNm = 80, kMostNm = 900;
constexpr double kGrowth = 1.15;
constexpr double kGrownBelow = 0.93;

double NormalShareBelow(double radius_nm) {
  const double z = (std::log(radius_nm) - kMeanLog) / kDeviation;
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

}  // namespace

double DropletSizes::DrawNm(Random* random) {
  for (;;) {
    const double radius_nm = std::exp(kMeanLog + kDeviation * random->Normal());
    if (radius_nm >= kLeastNm && radius_nm <= kMostNm) return radius_nm;
  }
}

double DropletSizes::ShareBelow(double radius_nm) {
  const double low = NormalShareBelow(kLeastNm), high = NormalShareBelow(kMostNm);
  return (NormalShareBelow(std::clamp(radius_nm, kLeastNm, kMostNm)) - low) /
         (high - low);
}

double DropletSizes::Growth(bool prolate, double axis_ratio) {
  return prolate || axis_ratio < kGrownBelow ? kGrowth : 1;
}

}  // namespace airy::simulation
