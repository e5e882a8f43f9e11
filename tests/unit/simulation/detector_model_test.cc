#include "model/simulation/detector_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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

}  // namespace
}  // namespace airy::simulation
