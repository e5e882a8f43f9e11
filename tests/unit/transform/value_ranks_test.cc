#include "preprocess/transform/value_ranks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/transform/simd_levels.h"

namespace airy::transform {
namespace {

struct Sample {
  std::string name;
  std::vector<float> values;
};

std::vector<Sample> Samples() {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  const auto draw = [&](std::string name, size_t size, auto&& next) {
    Sample sample{std::move(name), {}};
    for (size_t i = 0; i < size; ++i) sample.values.push_back(next());
    return sample;
  };
  const auto normals = [&] { return normal(random); };
  const auto decades = [&] { return std::pow(10.0F, 8 * normal(random)); };
  const auto close = [&] { return 2500 + 0.01F * normal(random); };
  const auto sparse = [&] {
    return random() % 3 == 0 ? normal(random) : random() % 2 == 0 ? 0.0F : -0.0F;
  };
  const auto few = [&] { return static_cast<float>(random() % 3); };
  return {draw("normal", 25200, normals),
          draw("decades", 25200, decades),
          draw("close", 24976, close),
          draw("close and negative", 5000, [&] { return -close(); }),
          draw("sparse", 1001, sparse),
          draw("few", 1000, few),
          draw("constant", 640, [] { return 7.0F; }),
          draw("zeros", 641, [] { return 0.0F; }),
          draw("one", 1, normals),
          draw("many", size_t{1} << 17, normals)};
}

TEST(ValueRanksTest, FindsWhatSortingFindsAtEveryLevel) {
  for (SimdLevel level : AllSimdLevels()) {
    ValueRanks ranks(level, size_t{1} << 17);
    for (const Sample& sample : Samples()) {
      ranks.Load(sample.values);
      std::vector<float> sorted = sample.values;
      std::sort(sorted.begin(), sorted.end());
      for (double part : {0.0, 0.01, 0.5, 0.77, 0.999, 1.0}) {
        const size_t rank =
            static_cast<size_t>(part * static_cast<double>(sorted.size() - 1));
        EXPECT_EQ(ranks.At(rank), sorted[rank]) << sample.name << " " << part;
      }
      std::vector<float> magnitudes;
      for (float value : sample.values) {
        if (value != 0) magnitudes.push_back(std::fabs(value));
      }
      std::sort(magnitudes.begin(), magnitudes.end());
      const float median =
          magnitudes.empty() ? 0 : magnitudes[(magnitudes.size() - 1) / 2];
      EXPECT_EQ(ranks.MedianMagnitude(), median) << sample.name;
    }
  }
}

TEST(ValueRanksTest, ShorterValuesLeaveNothingOfLongerOnes) {
  ValueRanks ranks(BestSimdLevel(), 100);
  const std::vector<float> many(100, 3.0F);
  const std::vector<float> few = {5, 3, 4};
  ranks.Load(many);
  EXPECT_EQ(ranks.At(50), 3);
  ranks.Load(few);
  EXPECT_EQ(ranks.At(0), 3);
  EXPECT_EQ(ranks.At(1), 4);
  EXPECT_EQ(ranks.At(2), 5);
}

TEST(ValueRanksTest, ValuesThatAreNotFiniteRankOutermost) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {1, kInfinity, -kInfinity, std::fabs(kNan), -2};
  ValueRanks ranks(BestSimdLevel(), values.size());
  ranks.Load(values);
  EXPECT_EQ(ranks.At(0), -kInfinity);
  EXPECT_EQ(ranks.At(1), -2);
  EXPECT_EQ(ranks.At(2), 1);
  EXPECT_EQ(ranks.At(3), kInfinity);
  EXPECT_TRUE(std::isnan(ranks.At(4)));
}

}  // namespace
}  // namespace airy::transform
