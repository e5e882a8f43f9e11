// What uniform noise does to a map, on average: U(0, b) adds its mean b/2 to every sample
// and, where the same pixels weigh in two samples, its variance b^2/12.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstddef>
#include <random>
#include <vector>

#include "preprocess/transform/ccf_map.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/ccf_pattern.h"
#include "tests/unit/transform/ccf_reference.h"

namespace airy::transform {
namespace {

constexpr int kEdge = 64;
constexpr size_t kRings = 32;
constexpr size_t kAngles = 90;
constexpr double kBound = 60;  // b
constexpr double kVariance = kBound * kBound / 12;
constexpr int kImages = 400;

CcfOptions SmallMap() {
  CcfOptions options;
  options.grid.rings = static_cast<int>(kRings);
  options.grid.angles = static_cast<int>(kAngles);
  options.scaling = CcfScaling::kNone;
  return options;
}

// How each pixel weighs in what is made of the image, from the definition.
struct Sensitivity {
  Sensitivity() {
    const CcfOptions options = SmallMap();
    const CcfReference reference(kEdge, kEdge, options);
    for (size_t i = 0; i < kRings; ++i) {
      for (size_t p = 0; p < kAngles; ++p) {
        const int angle = static_cast<int>(p);
        for (const auto& [pixel, weight] :
             reference.WeightsOf(static_cast<int>(i), angle)) {
          const size_t at = static_cast<size_t>(pixel);
          sample[i][p][at] = weight;
          mean[i][at] += weight / kAngles;
          amplitude[i][at] +=
              weight / kAngles * std::polar(1.0, -options.order * reference.Phi(angle));
        }
      }
    }
  }
  // The mean over angles of the product of the weights in both samples.
  double SharedBySamples(size_t i, size_t j) const {
    double sum = 0;
    for (size_t p = 0; p < kAngles; ++p) {
      for (size_t at = 0; at < sample[i][p].size(); ++at) {
        sum += sample[i][p][at] * sample[j][p][at];
      }
    }
    return sum / kAngles;
  }
  double SharedByAmplitudes(size_t i, size_t j) const {
    double sum = 0;
    for (size_t at = 0; at < amplitude[i].size(); ++at) {
      sum += (std::conj(amplitude[i][at]) * amplitude[j][at]).real();
    }
    return sum;
  }
  double RingMean(size_t i, const Image& image) const {
    double sum = 0;
    for (size_t at = 0; at < mean[i].size(); ++at) {
      sum += mean[i][at] * static_cast<double>(image.pixels()[at]);
    }
    return sum;
  }

  static constexpr size_t kPixels = size_t{kEdge} * kEdge;
  template <typename T>
  using PerPixel = std::vector<T>;
  std::vector<std::vector<PerPixel<double>>> sample{
      kRings, std::vector<PerPixel<double>>(kAngles, PerPixel<double>(kPixels))};
  std::vector<PerPixel<double>> mean{kRings, PerPixel<double>(kPixels)};
  std::vector<PerPixel<std::complex<double>>> amplitude{
      kRings, PerPixel<std::complex<double>>(kPixels)};
};

// Mean and its standard error of every entry over maps of noisy images.
struct Average {
  explicit Average(const Image& clean) : mean(kRings * kRings), error(kRings * kRings) {
    const auto mapper = CcfMapper::Create(kEdge, kEdge, SmallMap());
    EXPECT_OK(mapper);
    CcfMapper::Workspace workspace(**mapper);
    std::mt19937 random(7);
    std::uniform_real_distribution<float> noise(0, static_cast<float>(kBound));
    Image noisy = clean;
    Image map;
    for (int n = 0; n < kImages; ++n) {
      for (size_t at = 0; at < noisy.pixels().size(); ++at) {
        noisy.pixels()[at] = clean.pixels()[at] + noise(random);
      }
      (*mapper)->Apply(noisy, &workspace, &map);
      for (size_t at = 0; at < mean.size(); ++at) {
        const double value = static_cast<double>(map.pixels()[at]);
        mean[at] += value / kImages;
        error[at] += value * value / kImages;
      }
    }
    for (size_t at = 0; at < mean.size(); ++at) {
      error[at] = std::sqrt((error[at] - mean[at] * mean[at]) / kImages);
    }
  }
  std::vector<double> mean;
  std::vector<double> error;
};

TEST(CcfNoiseTest, NoiseBiasesAMapAsItsAlgebraSays) {
  const Sensitivity sensitivity;
  const Image clean = DropletLike(kEdge, 0.3, 0, 1);
  const Image map = MapOf(clean, SmallMap());
  const Average noisy(clean);
  double far_bias = 0;
  int far_entries = 0;
  for (size_t i = 0; i < kRings; ++i) {
    for (size_t j = 0; j < kRings; ++j) {
      const size_t at = i * kRings + j;
      // The noise's mean: in the lower triangle only.
      double expected = static_cast<double>(map.pixels()[at]);
      if (i > j) {
        const double means =
            sensitivity.RingMean(i, clean) + sensitivity.RingMean(j, clean);
        expected += kBound / 2 * means + kBound * kBound / 4;
      }
      if (i > j + 5) {  // more than four pixels apart
        far_bias += noisy.mean[at] - expected;
        ++far_entries;
        EXPECT_EQ(sensitivity.SharedBySamples(i, j), 0);
      }
      // Its variance: where rings share pixels.
      expected += kVariance * (i > j ? sensitivity.SharedBySamples(i, j)
                                     : sensitivity.SharedByAmplitudes(i, j));
      EXPECT_LT(std::fabs(noisy.mean[at] - expected), 5 * noisy.error[at])
          << i << " " << j;
    }
    // Eq. 13 would leave 4/9 of the variance (the mean of squared bilinear weights) on
    // the diagonal; Eq. 14 does not.
    EXPECT_GT(sensitivity.SharedBySamples(i, i), 0.35);
    EXPECT_LT(sensitivity.SharedByAmplitudes(i, i), 0.05);
  }
  ASSERT_GT(far_entries, 300);
  EXPECT_LT(std::fabs(far_bias / far_entries), 0.05 * kVariance);
}

}  // namespace
}  // namespace airy::transform
