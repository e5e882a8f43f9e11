#include "model/trainer/streak_locus.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/droplet.h"

namespace airy::trainer {
namespace {

constexpr int kSize = 224;

// n . a - cos(beta) of the direction that a pixel sees.
double OffTheCone(const std::array<double, 3>& axis, int row, int col) {
  const double mm = simulation::kPlateDiameterMm / kSize;
  const double x = (col + 0.5 - kSize / 2) * mm, y = (kSize / 2 - row - 0.5) * mm;
  const double z = simulation::kDistanceMm;
  return (x * axis[0] + y * axis[1] + z * axis[2]) / std::hypot(x, y, z) - axis[2];
}

// Light where |n . a - cos(beta)| is small.
Image Streak(const std::array<double, 3>& axis, double width) {
  Image map(kSize, kSize);
  for (int row = 0; row < kSize; ++row) {
    for (int col = 0; col < kSize; ++col) {
      const double off = OffTheCone(axis, row, col) / width;
      map.at(row, col) = static_cast<float>(std::exp(-off * off));
    }
  }
  return map;
}

TEST(StreakLocusTest, HoldsTheLightOfALongDropletAtEveryTilt) {
  for (const double tilt_deg : {0.0, 17.0, 36.0, 55.0}) {
    for (const double azimuth_deg : {0.0, 30.0, 100.0, 250.0}) {
      const auto axis = simulation::AxisOf(tilt_deg, azimuth_deg);
      const LocusEnergy energy = MeasureLocus(axis, Streak(axis, 0.02));
      EXPECT_GT(energy.on_line, 0.95 * energy.all) << tilt_deg << " " << azimuth_deg;
      EXPECT_LT(energy.on_turned, 0.3 * energy.on_line) << tilt_deg << " " << azimuth_deg;
    }
  }
}

TEST(StreakLocusTest, IsBentToTheSideOfTheAxisThatPointsDownstream) {
  const auto axis = simulation::AxisOf(36, 0);  // to the right, downstream
  const auto mirrored = simulation::AxisOf(36, 180);
  const Image streak = Streak(axis, 0.02);
  EXPECT_LT(MeasureLocus(mirrored, streak).on_line,
            0.7 * MeasureLocus(axis, streak).on_line);
}

TEST(StreakLocusTest, TurnedByARightAngleChangesPlacesWithTheTurnedOne) {
  const auto axis = simulation::AxisOf(20, 40);
  const auto turned = simulation::AxisOf(20, 130);
  const Image streak = Streak(axis, 0.05);
  const LocusEnergy straight = MeasureLocus(axis, streak);
  const LocusEnergy across = MeasureLocus(turned, streak);
  EXPECT_NEAR(straight.on_turned, across.on_line, 1e-3 * straight.all);
}

TEST(StreakLocusTest, OfAnEvenMapIsAsLargeEitherWay) {
  Image map(kSize, kSize);
  for (float& value : map.pixels()) value = 1;
  const LocusEnergy energy = MeasureLocus(simulation::AxisOf(25, 70), map);
  EXPECT_NEAR(energy.on_line / energy.on_turned, 1, 1e-2);
  // Within 6 degrees of the beam, 20.4 pixels, nothing counts.
  EXPECT_NEAR(energy.all, kSize * kSize - M_PI * 20.4 * 20.4, 60);
  EXPECT_GT(energy.on_line, 0.8 * 24 * (kSize - 41));
}

TEST(RatioEstimateTest, HasAnIntervalThatShrinksWithTheNumberOfShots) {
  std::vector<LocusEnergy> shots;
  for (int i = 0; i < 20; ++i) shots.push_back({1.0 + i % 2, 1, 4});
  const RatioEstimate few = EstimateRatio(shots, 1000, 7);
  EXPECT_NEAR(few.ratio, 1.5, 1e-12);
  EXPECT_LT(few.low, 1.5);
  EXPECT_GT(few.high, 1.5);
  // The standard error of the mean of 20 zeros and ones, 0.112, times 1.96.
  EXPECT_NEAR(few.high - few.low, 2 * 0.22, 0.1);
  for (int i = 0; i < 300; ++i) shots.push_back({1.0 + i % 2, 1, 4});
  const RatioEstimate many = EstimateRatio(shots, 1000, 7);
  EXPECT_LT(many.high - many.low, 0.5 * (few.high - few.low));
  EXPECT_EQ(EstimateRatio({}, 1000, 7).ratio, 0);
}

}  // namespace
}  // namespace airy::trainer
