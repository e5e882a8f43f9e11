#include "model/simulation/thresholds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/simulation/labels.h"
#include "model/simulation/proposal.h"

namespace airy::simulation {
namespace {

// Patterns are left out: what they would show is drawn instead.
Descriptors DrawDescriptors(uint64_t index) {
  Random random(21, index, 0);
  Descriptors d = DescribeGeometry(Proposal{SceneRanges{}}.Draw(&random));
  d.asymmetry = random.Uniform(0, 0.5);
  return d;
}

TEST(ThresholdsTest, WithoutNoiseTheyStayWhereTheyAre) {
  Random random(1, 0, 0);
  const Thresholds none = Disturbed(0, &random);
  EXPECT_EQ(none.flattening, Thresholds{}.flattening);
  EXPECT_EQ(none.streak_below_deg, Thresholds{}.streak_below_deg);
  EXPECT_EQ(none.bent_above_deg, Thresholds{}.bent_above_deg);
  EXPECT_EQ(none.elliptical_asymmetry, Thresholds{}.elliptical_asymmetry);
  EXPECT_EQ(none.prolate_asymmetry, Thresholds{}.prolate_asymmetry);
}

TEST(ThresholdsTest, StrayByTheWidthOfALogisticDistribution) {
  // Half of a logistic distribution lies within log 3 of its scale.
  const double scale = 0.15 * Thresholds{}.bent_above_deg;
  int within = 0;
  constexpr int kDraws = 20'000;
  for (uint64_t i = 0; i < kDraws; ++i) {
    Random random(2, i, 0);
    const double shift =
        Disturbed(1, &random).bent_above_deg - Thresholds{}.bent_above_deg;
    within += std::abs(shift) < std::log(3.0) * scale;
  }
  EXPECT_NEAR(static_cast<double>(within) / kDraws, 0.5, 0.015);
}

TEST(ThresholdsTest, NoisyLabelsKeepTheHardRules) {
  for (uint64_t i = 0; i < 10'000; ++i) {
    Random random(3, i, 0);
    const Labels labels = LabelsOf(DrawDescriptors(i), Disturbed(1, &random));
    EXPECT_TRUE(KeepsHardRules(labels)) << i;
  }
}

TEST(ThresholdsTest, FlipsLabelsNearTheirThresholdAndRarelyElsewhere) {
  int near = 0, near_flipped = 0, far = 0, far_flipped = 0;
  for (uint64_t i = 0; i < 60'000; ++i) {
    const Descriptors d = DrawDescriptors(i);
    const Labels plain = LabelsOf(d);
    if (!plain[kProlate]) continue;
    Random random(4, i, 0);
    const Labels noisy = LabelsOf(d, Disturbed(1, &random));
    const double off = std::abs(d.tilt_deg / Thresholds{}.bent_above_deg - 1);
    const bool flipped = noisy[kProlate] && plain[kBent] != noisy[kBent];
    if (off < 0.1) {
      ++near;
      near_flipped += flipped;
    } else if (off > 0.6) {
      ++far;
      far_flipped += flipped;
    }
  }
  ASSERT_GT(near, 50);
  EXPECT_NEAR(static_cast<double>(near_flipped) / near, 0.42, 0.15);
  EXPECT_LT(static_cast<double>(far_flipped) / far, 0.02);
}

}  // namespace
}  // namespace airy::simulation
