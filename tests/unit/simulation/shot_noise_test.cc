#include "model/simulation/shot_noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/simulation/random_words.h"
#include "tests/unit/simulation/simd_levels.h"

namespace airy::simulation {
namespace {

constexpr size_t kDraws = 1 << 20;

std::vector<uint32_t> Words(uint64_t seed) {
  Random random(seed, 0, 0);
  std::vector<uint32_t> words(kDraws);
  RandomWords(&random).Fill(transform::BestSimdLevel(), kDraws, words.data());
  return words;
}

std::vector<float> Photons(float mean, uint64_t seed,
                           transform::SimdLevel simd = transform::BestSimdLevel()) {
  const std::vector<float> means(kDraws, mean);
  std::vector<float> photons(kDraws);
  DrawPhotons(simd, kDraws, means.data(), Words(seed).data(), photons.data());
  return photons;
}

std::vector<float> Normals(uint64_t seed,
                           transform::SimdLevel simd = transform::BestSimdLevel()) {
  std::vector<float> normals(kDraws);
  DrawNormals(simd, kDraws, Words(seed).data(), normals.data());
  return normals;
}

std::vector<float> Amplified(float mean, const std::vector<float>& photons,
                             transform::SimdLevel simd = transform::BestSimdLevel()) {
  const std::vector<float> means(kDraws, mean);
  std::vector<float> light(kDraws);
  Amplify(simd, kDraws, means.data(), photons.data(), Normals(91, simd).data(), 1e9F,
          light.data());
  return light;
}

// Central moments.
struct Moments {
  double mean = 0, variance = 0, third = 0;
};
Moments MomentsOf(const std::vector<float>& values) {
  Moments m;
  const auto n = static_cast<double>(values.size());
  for (float value : values) m.mean += static_cast<double>(value) / n;
  for (float value : values) {
    const double off = static_cast<double>(value) - m.mean;
    m.variance += off * off / n;
    m.third += off * off * off / n;
  }
  return m;
}

// Chi-square over bins of at least `kLeast` expected draws lies within five standard
// deviations of its number of bins.
void ExpectFits(const std::vector<double>& expected, const std::vector<double>& seen) {
  constexpr double kLeast = 20;
  double chi_square = 0, bins = 0, e = 0, s = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    e += expected[i];
    s += seen[i];
    if (e < kLeast) continue;
    chi_square += (s - e) * (s - e) / e;
    bins += 1;
    e = s = 0;
  }
  EXPECT_NEAR(chi_square, bins, 5 * std::sqrt(2 * bins) + 1);
}

class PoissonTest : public ::testing::TestWithParam<float> {};

TEST_P(PoissonTest, CountsFitTheDistribution) {
  const double mean = static_cast<double>(GetParam());
  std::vector<double> expected(120), seen(120);
  for (size_t n = 0; n < expected.size(); ++n) {
    const double count = static_cast<double>(n);
    expected[n] =
        kDraws * std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
  }
  for (float count : Photons(GetParam(), 11)) seen[static_cast<size_t>(count)] += 1;
  ExpectFits(expected, seen);
}

INSTANTIATE_TEST_SUITE_P(Means, PoissonTest,
                         ::testing::Values(0.001F, 0.05F, 0.4F, 1.0F, 3.3F, 12.0F,
                                           30.0F));

TEST(ShotNoiseTest, NoLightGivesNoPhotons) {
  const std::vector<float> photons = Photons(0, 12);
  EXPECT_EQ(*std::max_element(photons.begin(), photons.end()), 0);
  const std::vector<float> light = Amplified(0, photons);
  EXPECT_EQ(*std::max_element(light.begin(), light.end()), 0);
}

TEST(ShotNoiseTest, NormalsFitTheDistribution) {
  constexpr int kBins = 200;  // of 0.05
  std::vector<double> expected(kBins), seen(kBins);
  const auto below = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  for (size_t i = 0; i < kBins; ++i) {
    const double x = (static_cast<double>(i) - kBins / 2) * 0.05;
    expected[i] = kDraws * (below(x + 0.05) - below(x));
  }
  for (float z : Normals(13)) {
    const auto bin = static_cast<int>(std::floor(z / 0.05F)) + kBins / 2;
    if (bin >= 0 && bin < kBins) seen[static_cast<size_t>(bin)] += 1;
  }
  ExpectFits(expected, seen);
}

TEST(ShotNoiseTest, GainOfPhotonsIsGammaOfShapeTwoEach) {
  for (float n : {1.0F, 2.0F, 5.0F, 20.0F}) {
    const Moments m = MomentsOf(Amplified(10, std::vector<float>(kDraws, n)));
    const double photons = static_cast<double>(n);
    EXPECT_NEAR(m.mean / photons, 1, 0.004) << n;
    EXPECT_NEAR(m.variance / (photons / 2), 1, 0.01) << n;
    EXPECT_NEAR(m.third / (photons / 2), 1, 0.05) << n;
  }
}

// Poisson numbers of such gains: cumulants m, 3/2 m and 3 m, whether photons are counted
// or not.
class CompoundTest : public ::testing::TestWithParam<float> {};

TEST_P(CompoundTest, ExcessNoiseFactorIsOneAndAHalf) {
  const double mean = static_cast<double>(GetParam());
  const Moments m = MomentsOf(Amplified(GetParam(), Photons(GetParam(), 14)));
  EXPECT_NEAR(m.mean / mean, 1, 0.01);
  EXPECT_NEAR(m.variance / (1.5 * mean), 1, 0.015);
  EXPECT_NEAR(m.third / (3 * mean), 1, 0.15);
}

INSTANTIATE_TEST_SUITE_P(Means, CompoundTest,
                         ::testing::Values(0.05F, 0.5F, 4.0F, 29.9F, 30.1F, 90.0F));

TEST(ShotNoiseTest, ScreenSaturates) {
  const std::vector<float> means(kDraws, 1000), photons(kDraws, 30);
  std::vector<float> light(kDraws);
  Amplify(transform::BestSimdLevel(), kDraws, means.data(), photons.data(),
          Normals(15).data(), 1000, light.data());
  EXPECT_NEAR(MomentsOf(light).mean, 500, 2);
  EXPECT_LT(*std::max_element(light.begin(), light.end()), 1000);
}

TEST(ShotNoiseTest, NoiseIsTheSameAtEveryLevel) {
  const auto baseline = transform::SimdLevel::kBaseline;
  for (transform::SimdLevel simd : SimdLevels()) {
    EXPECT_EQ(Photons(2.7F, 16, simd), Photons(2.7F, 16, baseline));
    EXPECT_EQ(Normals(17, simd), Normals(17, baseline));
    for (float mean : {2.7F, 70.0F}) {
      const std::vector<float> photons = Photons(mean, 18, baseline);
      EXPECT_EQ(Amplified(mean, photons, simd), Amplified(mean, photons, baseline));
    }
  }
}

}  // namespace
}  // namespace airy::simulation
