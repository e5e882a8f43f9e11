#include "preprocess/transform/ring_samples.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "preprocess/transform/ccf_scaling.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/simd_levels.h"

namespace airy::transform {
namespace {

constexpr size_t kRings = 96;
constexpr size_t kAngles = 100;

std::vector<float> Floats(const std::vector<PanelSamples>& samples) {
  return {samples.data()->value, samples.data()->value + samples.size() * kPanelRings};
}

std::vector<PanelSamples> RandomSamples() {
  std::mt19937 random(3);
  std::vector<PanelSamples> samples(kRings / kPanelRings * kAngles);
  for (PanelSamples& row : samples) {
    for (float& value : row.value) value = static_cast<float>(random() % 1000) * 0.37F;
  }
  return samples;
}

TEST(RingSamplesTest, EveryInstructionSetSamplesAndScalesTheSameBits) {
  std::mt19937 random(2);
  PolarGridOptions options;
  options.rings = static_cast<int>(kRings);
  options.angles = static_cast<int>(kAngles);
  const auto grid = MakePolarGrid(70, 61, options);
  ASSERT_OK(grid);
  std::vector<float> image(70 * 61);
  for (float& pixel : image) pixel = static_cast<float>(random() % 1000) * 0.37F;
  image[1300] = INFINITY;
  const auto run = [&](SimdLevel level) {
    std::vector<PanelSamples> samples(kRings / kPanelRings * kAngles);
    SampleRings(level, *grid, image.data(), samples.data());
    const PanelSums sums = SumPanel(level, std::span(samples).first(kAngles),
                                    grid->cosine.data(), grid->sine.data());
    std::vector<float> result = Floats(samples);
    ValueRanks ranks(level, result.size());
    ScaleTriangle(level, CcfScaling::kLog, result, &ranks);
    for (const PanelSamples* sum : {&sums.plain, &sums.cosine, &sums.sine}) {
      result.insert(result.end(), sum->value, sum->value + kPanelRings);
    }
    return result;
  };
  const std::vector<float> expected = run(SimdLevel::kBaseline);
  for (SimdLevel level : AllSimdLevels()) EXPECT_EQ(run(level), expected);
}

TEST(RingSamplesTest, EveryInstructionSetCorrelatesWithinRounding) {
  const std::vector<PanelSamples> samples = RandomSamples();
  const auto at = [&](size_t ring, size_t angle) {
    return static_cast<double>(
        samples[ring / kPanelRings * kAngles + angle].value[ring % kPanelRings]);
  };
  for (SimdLevel level : AllSimdLevels()) {
    std::vector<float> products(kRings * kRings);
    CorrelateRings(level, samples.data(), kRings, kAngles, products.data());
    for (size_t i = 0; i < kRings; ++i) {
      for (size_t j = 0; j <= i; ++j) {
        double expected = 0;
        for (size_t p = 0; p < kAngles; ++p) expected += at(i, p) * at(j, p);
        ASSERT_NEAR(static_cast<double>(products[i * kRings + j]), expected,
                    2e-6 * expected)
            << i << " " << j;
      }
    }
  }
}

}  // namespace
}  // namespace airy::transform
