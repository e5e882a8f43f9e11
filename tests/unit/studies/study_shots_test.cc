#include "model/studies/study_shots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "preprocess/frame/image.h"
#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"

namespace airy::studies {
namespace {

using simulation::NoiseLevel;

constexpr size_t kPixels = size_t{kInputSize} * kInputSize;

// Image i is all i + 1.
model::Dataset Steps(int count) {
  model::Dataset set("steps");
  for (int i = 0; i < count; ++i) {
    Labels labels{};
    labels[static_cast<size_t>(i) % labels.size()] = 1;
    EXPECT_OK(set.Add(std::vector<float>(kPixels, static_cast<float>(i + 1)), labels));
  }
  return set;
}

std::vector<float> PixelsOf(const model::Dataset& set, int64_t index) {
  std::vector<float> pixels(kPixels);
  EXPECT_OK(set.Read(index, pixels));
  return pixels;
}

TEST(StudyShotsTest, TakesTheFirstWithTheirLabels) {
  const model::Dataset all = Steps(5);
  StudyShots shots(all);
  EXPECT_EQ(shots.With(0, NoiseLevel::kNone).value(), &all);
  const model::Dataset& some = *shots.With(2, NoiseLevel::kNone).value();
  ASSERT_EQ(some.size(), 2);
  EXPECT_EQ(some.description(), "steps first 2");
  EXPECT_EQ(PixelsOf(some, 1), PixelsOf(all, 1));
  EXPECT_TRUE(std::ranges::equal(some.labels()[1], all.labels()[1]));
  EXPECT_STATUS(StatusCode::kInvalidArgument, shots.With(6, NoiseLevel::kNone));
}

TEST(StudyShotsTest, AddsNoiseUpToTheMedianOverTheImages) {
  const model::Dataset all = Steps(5);
  StudyShots shots(all);
  const model::Dataset& noisy = *shots.With(0, NoiseLevel::kMax).value();
  EXPECT_EQ(noisy.description(), "steps noise max");
  for (int64_t i = 0; i < 5; ++i) {
    const std::vector<float> pixels = PixelsOf(noisy, i);
    const auto [low, high] = std::ranges::minmax_element(pixels);
    const auto before = static_cast<float>(i + 1);
    EXPECT_NEAR(*low, before, 0.01);
    EXPECT_NEAR(*high, before + 3, 0.01);  // the median of 1..5
  }
}

}  // namespace
}  // namespace airy::studies
