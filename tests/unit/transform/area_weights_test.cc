#include "preprocess/transform/area_weights.h"

#include <gtest/gtest.h>

namespace airy::transform {
namespace {

double Weight(const AreaWeights& weights, int output, int tap) {
  return static_cast<double>(
      weights.weight[static_cast<size_t>(tap) * weights.first.size() +
                     static_cast<size_t>(output)]);
}

TEST(AreaWeightsTest, WholePixelsWeighOne) {
  const AreaWeights weights = ComputeAreaWeights(0, 12, 12, 4);
  EXPECT_EQ(weights.taps, 3);
  EXPECT_EQ(weights.first, (std::vector<int>{0, 3, 6, 9}));
  for (float weight : weights.weight) EXPECT_EQ(weight, 1.0F);
}

TEST(AreaWeightsTest, CutPixelsWeighTheirPart) {
  const AreaWeights weights = ComputeAreaWeights(0, 5, 5, 2);
  EXPECT_EQ(weights.taps, 3);
  EXPECT_EQ(weights.first, (std::vector<int>{0, 2}));
  EXPECT_EQ(Weight(weights, 0, 0), 1.0);
  EXPECT_EQ(Weight(weights, 0, 2), 0.5);
  EXPECT_EQ(Weight(weights, 1, 0), 0.5);
  EXPECT_EQ(Weight(weights, 1, 2), 1.0);
}

TEST(AreaWeightsTest, OutsideTheInputNothingIsCovered) {
  const AreaWeights weights = ComputeAreaWeights(-4, 8, 4, 3);
  for (int tap = 0; tap < weights.taps; ++tap) {
    EXPECT_EQ(Weight(weights, 0, tap), 0.0);
    EXPECT_EQ(Weight(weights, 1, tap), 1.0);
    EXPECT_EQ(Weight(weights, 2, tap), 0.0);
  }
}

TEST(AreaWeightsTest, EnlargingDividesAPixelAmongOutputs) {
  const AreaWeights weights = ComputeAreaWeights(0, 2, 2, 8);
  EXPECT_EQ(weights.taps, 1);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(weights.first[static_cast<size_t>(i)], i / 4);
    EXPECT_EQ(Weight(weights, i, 0), 0.25);
  }
}

TEST(AreaWeightsTest, RoundedBordersCostNoTap) {
  // 1035 / 224 is not a binary fraction: ceil(4.62 + 1) pixels at most.
  EXPECT_EQ(ComputeAreaWeights(0, 1035, 1035, 224).taps, 6);
  EXPECT_EQ(ComputeAreaWeights(1 - 1e-9, 3 - 1e-9, 4, 2).taps, 1);
  EXPECT_EQ(ComputeAreaWeights(1 + 1e-9, 3 + 1e-9, 4, 2).taps, 1);
}

}  // namespace
}  // namespace airy::transform
