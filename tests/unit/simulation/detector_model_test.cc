#include "model/simulation/detector_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "tests/unit/simulation/simd_levels.h"

namespace airy::simulation {
namespace {

constexpr int kSize = 512;
constexpr size_t kPixels = size_t{kSize} * kSize;

struct Moments {
  double mean = 0, variance = 0;
};

// Of counts above the offset, leaving out hot spots: pixels far from the mean of all.
Moments MomentsOf(const std::vector<uint16_t>& counts, double at_most) {
  Moments result;
  double n = 0;
  for (uint16_t count : counts) {
    const double value = count - static_cast<double>(DetectorModel::kOffsetCounts);
    if (value > at_most) continue;
    result.mean += value;
    result.variance += value * value;
    ++n;
  }
  result.mean /= n;
  result.variance = result.variance / n - result.mean * result.mean;
  return result;
}

TEST(DetectorModelTest, DarkImageIsOffsetAndReadNoise) {
  const DetectorModel detector(kSize);
  Random random(1, 0, 0);
  const auto counts = detector.Expose(std::vector<float>(kPixels, 0), {}, &random);
  const Moments dark = MomentsOf(counts, 12);
  EXPECT_NEAR(dark.mean, 0, 0.05);
  const double read_noise = static_cast<double>(DetectorModel::kReadNoiseCounts);
  EXPECT_NEAR(dark.variance, read_noise * read_noise + 1.0 / 12, 0.2);
}

class ExposureTest : public ::testing::TestWithParam<float> {};

TEST_P(ExposureTest, MeanFollowsPhotonsAndBlurLowersTheExcessNoise) {
  const float photons = GetParam();
  const DetectorModel detector(kSize);
  Random random(2, 0, 0);
  const auto counts = detector.Expose(std::vector<float>(kPixels, photons), {}, &random);
  const double light = static_cast<double>(photons * DetectorModel::kCountsPerPhoton);
  const Moments moments = MomentsOf(counts, 4 * light + 400);
  const double saturation = static_cast<double>(DetectorModel::kSaturationCounts);
  EXPECT_NEAR(moments.mean / (light / (1 + light / saturation)), 1, 0.03);
  // Poisson and Gamma(2) gain: 1.5 times the photons' own variance before the blur.
  const double per_photon = light * static_cast<double>(DetectorModel::kCountsPerPhoton);
  EXPECT_GT(moments.variance, 0.1 * per_photon);
  EXPECT_LT(moments.variance, 1.6 * per_photon);
}

INSTANTIATE_TEST_SUITE_P(MeanPhotons, ExposureTest,
                         ::testing::Values(0.05F, 1.0F, 9.0F, 29.0F, 31.0F));

TEST(DetectorModelTest, BrightLightSaturatesInsteadOfWrapping) {
  const DetectorModel detector(64);
  Random random(3, 0, 0);
  const auto counts = detector.Expose(std::vector<float>(64 * 64, 1e5F), {}, &random);
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 9000);
  EXPECT_LE(counts[32 * 64 + 32], 40200);
  EXPECT_GT(counts[32 * 64 + 32], 39000);
}

std::vector<uint16_t> ExposeEvenly(
    float photons, const Readout& readout, uint64_t index,
    transform::SimdLevel simd = transform::BestSimdLevel()) {
  Random random(4, index, 0);
  return DetectorModel(kSize, simd)
      .Expose(std::vector<float>(kPixels, photons), readout, &random);
}

// Sums over blocks too large for the blur to matter.
TEST(DetectorModelTest, BlocksOfPixelsShowTheExcessNoiseFactorOfOneAndAHalf) {
  constexpr size_t kBlock = 32, kBlocks = kSize / kBlock;
  constexpr double kMean = 0.5;
  double sum = 0, square = 0, n = 0;
  for (uint64_t index = 0; index < 6; ++index) {
    const auto counts = ExposeEvenly(static_cast<float>(kMean), {}, index);
    for (size_t block = 0; block < kBlocks * kBlocks; ++block) {
      double photons = 0;
      uint16_t most = 0;
      for (size_t pixel = 0; pixel < kBlock * kBlock; ++pixel) {
        const size_t row = block / kBlocks * kBlock + pixel / kBlock;
        const size_t col = block % kBlocks * kBlock + pixel % kBlock;
        photons += (counts[row * kSize + col] - 8.0) / 100;
        most = std::max(most, counts[row * kSize + col]);
      }
      if (most > 600 || photons < 300) continue;  // a hot spot, or a dead sector
      sum += photons;
      square += photons * photons;
      ++n;
    }
  }
  const double mean = sum / n, variance = square / n - mean * mean;
  EXPECT_GT(n, 1200);
  EXPECT_NEAR(mean / (kMean * kBlock * kBlock), 1, 0.01);
  EXPECT_NEAR(variance / mean, 1.5, 0.2);  // of 1,500 blocks, within four deviations
}

TEST(DetectorModelTest, MeanCountsFollowTheSaturationCurve) {
  for (float photons : {50.0F, 200.0F, 400.0F, 1600.0F}) {
    auto counts = ExposeEvenly(photons, {}, 1);
    std::nth_element(counts.begin(), counts.begin() + kPixels / 2, counts.end());
    const double light = 100 * static_cast<double>(photons);
    EXPECT_NEAR((counts[kPixels / 2] - 8.0) / (light / (1 + light / 40000)), 1, 0.02);
  }
}

// One bright pixel far from others: its second moment is the blur's.
TEST(DetectorModelTest, BlurSpreadsAPixelBy06To12Pixels) {
  constexpr int kLarge = 1035;
  constexpr size_t kEdge = kLarge, kRow = 501, kCol = 333;
  const DetectorModel detector(kLarge);
  double least = 9, most = 0;
  for (uint64_t index = 0; index < 12; ++index) {
    std::vector<float> photons(kEdge * kEdge);
    photons[kRow * kEdge + kCol] = 1000;
    Random random(5, index, 0);
    const auto counts = detector.Expose(std::move(photons), {}, &random);
    double sum = 0, square = 0;
    for (size_t row = kRow - 4; row <= kRow + 4; ++row) {
      for (size_t col = kCol - 4; col <= kCol + 4; ++col) {
        const double value = counts[row * kEdge + col] - 8.0;
        const double off = static_cast<double>(col) - static_cast<double>(kCol);
        sum += value;
        square += value * off * off;
      }
    }
    const double sigma = std::sqrt(square / sum);
    least = std::min(least, sigma);
    most = std::max(most, sigma);
  }
  EXPECT_GT(least, 0.58);
  EXPECT_LT(least, 0.8);
  EXPECT_GT(most, 1.0);
  EXPECT_LT(most, 1.22);
}

TEST(DetectorModelTest, FewShotsHaveADeadSectorThatReadsTheOffset) {
  constexpr int kSmall = 128, kShots = 1500;
  const DetectorModel detector(kSmall);
  int dead = 0;
  for (uint64_t index = 0; index < kShots; ++index) {
    Random random(6, index, 0);
    const auto counts =
        detector.Expose(std::vector<float>(kSmall * kSmall, 20), {}, &random);
    const auto dark = std::count_if(counts.begin(), counts.end(),
                                    [](uint16_t count) { return count < 20; });
    if (dark == 0) continue;
    ++dead;
    const double share = static_cast<double>(dark) / (kSmall * kSmall);
    EXPECT_GT(share, 0.01);
    EXPECT_LT(share, 0.14);  // 40 degrees towards a corner
  }
  EXPECT_GT(dead, 12);
  EXPECT_LT(dead, 52);
}

TEST(DetectorModelTest, ResponseIsAPowerThatKeepsTheReference) {
  const auto median = [](float photons, double gamma) {
    Readout readout;
    readout.gamma = gamma;
    auto counts = ExposeEvenly(photons, readout, 2);
    std::nth_element(counts.begin(), counts.begin() + kPixels / 2, counts.end());
    return counts[kPixels / 2] - 8.0;
  };
  const double reference = static_cast<double>(DetectorModel::kReferenceCounts);
  for (float photons : {20.0F, 100.0F}) {
    const double linear = median(photons, 1);
    EXPECT_NEAR(median(photons, 0.5) / (reference * std::sqrt(linear / reference)), 1,
                0.01);
    EXPECT_NEAR(median(photons, 1.25) / (reference * std::pow(linear / reference, 1.25)),
                1, 0.01);
  }
}

TEST(DetectorModelTest, BackgroundIsSubtractedAndCutAtTheOffset) {
  const std::vector<float> background(kPixels, 0.3F);
  Readout readout;
  readout.background = &background;
  const auto with = ExposeEvenly(20, readout, 3), without = ExposeEvenly(20, {}, 3);
  for (size_t i = 0; i < kPixels; i += 97) ASSERT_NEAR(without[i] - with[i], 30, 1);
  const auto dark = ExposeEvenly(0, readout, 3);
  EXPECT_NEAR(MomentsOf(dark, 12).mean, 0, 0.05);  // nothing goes below the offset
}

TEST(DetectorModelTest, CountsAreTheSameAtEveryLevel) {
  Readout readout;
  readout.gamma = 0.7;
  const std::vector<float> background(kPixels, 0.3F);
  readout.background = &background;
  for (float photons : {0.4F, 50.0F}) {
    const auto baseline =
        ExposeEvenly(photons, readout, 4, transform::SimdLevel::kBaseline);
    for (transform::SimdLevel simd : SimdLevels()) {
      EXPECT_EQ(ExposeEvenly(photons, readout, 4, simd), baseline);
    }
  }
}

}  // namespace
}  // namespace airy::simulation
