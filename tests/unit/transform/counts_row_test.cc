#include "preprocess/transform/counts_row.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/unit/transform/pixel_buffer.h"

namespace airy::transform {
namespace {

std::vector<SimdLevel> LevelsAboveBaseline() {
  std::vector<SimdLevel> levels;
  if (BestSimdLevel() >= SimdLevel::kAvx2) levels.push_back(SimdLevel::kAvx2);
  if (BestSimdLevel() >= SimdLevel::kAvx512) levels.push_back(SimdLevel::kAvx512);
  return levels;
}

// Everything a row can go through, at one level.
std::vector<float> RunAll(SimdLevel simd, const PixelView& pixels, bool* measured) {
  const int count = pixels.cols;
  const size_t size = static_cast<size_t>(count);
  std::mt19937 random(5);
  std::vector<uint8_t> good(size);
  for (uint8_t& value : good) value = random() % 3 != 0;
  std::vector<float> counts(size);
  std::vector<float> dark(size);
  for (float& value : dark) value = static_cast<float>(random() % 1000) * 0.013F;
  std::vector<float> sum(size, 0.1F);
  std::vector<float> area(size, 0.2F);
  LoadCounts(simd, pixels, 0, 0, count, counts.data());
  *measured = AllMeasured(simd, counts.data(), count);
  SubtractDark(simd, dark.data(), count, counts.data());
  AccumulateMeasured(simd, 0.37F, counts.data(), good.data(), count, sum.data(),
                     area.data());
  ClearMasked(simd, good.data(), count, counts.data());
  Accumulate(simd, 0.73F, counts.data(), count, sum.data());

  std::vector<float> result = counts;
  result.insert(result.end(), sum.begin(), sum.end());
  result.insert(result.end(), area.begin(), area.end());
  return result;
}

TEST(CountsRowTest, EveryInstructionSetGivesTheSameBits) {
  for (PixelType type : kAllPixelTypes) {
    for (int cols : {1, 7, 16, 33, 250}) {
      const PixelBuffer buffer(type, 1, cols, 3);
      bool measured = false;
      const std::vector<float> expected =
          RunAll(SimdLevel::kBaseline, buffer.view(), &measured);
      EXPECT_TRUE(measured);
      for (SimdLevel level : LevelsAboveBaseline()) {
        EXPECT_EQ(RunAll(level, buffer.view(), &measured), expected)
            << PixelTypeName(type) << " x " << cols;
        EXPECT_TRUE(measured);
      }
    }
  }
}

TEST(CountsRowTest, OneBadValueAnywhereIsSeen) {
  std::vector<SimdLevel> levels = LevelsAboveBaseline();
  levels.push_back(SimdLevel::kBaseline);
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(),
                       std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity(), 2e30F};
  for (SimdLevel level : levels) {
    std::vector<float> counts(67, 1.0F);
    for (size_t i = 0; i < counts.size(); ++i) {
      counts[i] = bad[i % 4];
      EXPECT_FALSE(AllMeasured(level, counts.data(), 67)) << i;
      counts[i] = -1;
    }
    EXPECT_TRUE(AllMeasured(level, counts.data(), 67));
  }
}

}  // namespace
}  // namespace airy::transform
