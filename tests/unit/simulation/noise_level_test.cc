#include "model/simulation/noise_level.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace airy::simulation {
namespace {

TEST(NoiseLevelTest, MeasuresTheMeanTheSpreadAndTheLargest) {
  const std::vector<float> pixels = {1, 3, 5, 7};  // mean 4, standard deviation sqrt(5)
  EXPECT_EQ(NoiseStatistic(NoiseLevel::kNone, pixels), 0);
  EXPECT_EQ(NoiseStatistic(NoiseLevel::kMean, pixels), 4);
  EXPECT_DOUBLE_EQ(NoiseStatistic(NoiseLevel::kMeanStd, pixels), 4 + std::sqrt(5));
  EXPECT_EQ(NoiseStatistic(NoiseLevel::kMax, pixels), 7);
}

TEST(NoiseLevelTest, TakesTheMiddleOfAllValues) {
  EXPECT_EQ(Median({5}), 5);
  EXPECT_EQ(Median({9, 1, 1000}), 9);
  EXPECT_EQ(Median({8, 1, 1000, 2}), 5);
}

// Of n even numbers from 0 to b the mean has a spread of b / sqrt(12 n), and the variance
// is b^2 / 12 with a spread of b^2 / sqrt(180 n).
TEST(NoiseLevelTest, AddsNumbersSpreadEvenlyUpToTheBound) {
  constexpr double kBound = 40;
  std::vector<float> noise(224 * 224, 0);
  AddNoise(kBound, 3, 17, noise);
  EXPECT_GE(*std::min_element(noise.begin(), noise.end()), 0);
  EXPECT_LE(*std::max_element(noise.begin(), noise.end()), kBound);
  const auto count = static_cast<double>(noise.size());
  const double mean = std::accumulate(noise.begin(), noise.end(), 0.0) / count;
  EXPECT_NEAR(mean, kBound / 2, 4 * kBound / std::sqrt(12 * count));
  double squares = 0;
  for (const double value : noise) squares += (value - mean) * (value - mean);
  EXPECT_NEAR(squares / count, kBound * kBound / 12,
              4 * kBound * kBound / std::sqrt(180 * count));
  // Neighbours share nothing.
  double products = 0;
  for (size_t i = 1; i < noise.size(); ++i) {
    products += (static_cast<double>(noise[i - 1]) - mean) *
                (static_cast<double>(noise[i]) - mean);
  }
  EXPECT_NEAR(products / squares, 0, 4 / std::sqrt(count));
}

TEST(NoiseLevelTest, DependsOnSeedAndIndexAlone) {
  const auto noise = [](double bound, uint64_t seed, uint64_t index) {
    std::vector<float> pixels(8, 0);
    AddNoise(bound, seed, index, pixels);
    return pixels;
  };
  EXPECT_EQ(noise(1, 3, 17), noise(1, 3, 17));
  EXPECT_NE(noise(1, 3, 17), noise(1, 4, 17));
  EXPECT_NE(noise(1, 3, 17), noise(1, 3, 18));
  EXPECT_EQ(noise(0, 3, 17), std::vector<float>(8, 0));
  // Another bound is the same noise, only stronger.
  std::vector<float> doubled = noise(1, 3, 17);
  for (float& pixel : doubled) pixel *= 2;
  EXPECT_EQ(noise(2, 3, 17), doubled);
}

}  // namespace
}  // namespace airy::simulation
