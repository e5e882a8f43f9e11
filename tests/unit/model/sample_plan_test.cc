#include "model/sample_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/testing/status.h"

namespace airy::model {
namespace {

TEST(SamplePlanTest, SplitsEveryImageOnce) {
  const SamplePlan plan(/*seed=*/4, /*images=*/50, /*validation_share=*/0.1);
  EXPECT_EQ(plan.validation().size(), 5U);
  std::vector<int64_t> all = plan.training();
  all.insert(all.end(), plan.validation().begin(), plan.validation().end());
  std::sort(all.begin(), all.end());
  for (int64_t i = 0; i < 50; ++i) EXPECT_EQ(all[static_cast<size_t>(i)], i);
}

TEST(SamplePlanTest, LeavesOneImageOnEachSide) {
  EXPECT_EQ(SamplePlan(1, 2, 0.01).validation().size(), 1U);
  EXPECT_EQ(SamplePlan(1, 2, 0.5).training().size(), 1U);
}

TEST(SamplePlanTest, EpochsAreDifferentOrdersOfTheSameImages) {
  const SamplePlan plan(4, 50, 0.1);
  std::vector<int64_t> first = plan.EpochOrder(0);
  std::vector<int64_t> second = plan.EpochOrder(1);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, SamplePlan(4, 50, 0.1).EpochOrder(0));
  EXPECT_NE(first, SamplePlan(5, 50, 0.1).EpochOrder(0));
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
}

TEST(SamplePlanTest, DrawsAllSymmetriesAndLogUniformGains) {
  const SamplePlan plan(4, 10, 0.1);
  std::array<int, 8> symmetries{};
  double log_sum = 0;
  constexpr int kDraws = 8000;
  for (int i = 0; i < kDraws; ++i) {
    const Augmentation change = plan.Augment(/*epoch=*/i % 7, /*index=*/i, {0.3, 3});
    ++symmetries[static_cast<size_t>(change.symmetry)];
    EXPECT_GE(change.gain, 0.3F);
    EXPECT_LE(change.gain, 3.0F);
    log_sum += std::log(static_cast<double>(change.gain));
  }
  for (const int count : symmetries) EXPECT_NEAR(count, kDraws / 8, 150);
  // The mean of log gain is log sqrt(0.3 * 3), its error 0.66 / sqrt(8000).
  EXPECT_NEAR(log_sum / kDraws, std::log(std::sqrt(0.9)), 0.03);
}

TEST(SamplePlanTest, InputMeansSpanTheImagesTimesTheGains) {
  Dataset dataset("test");
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(
        dataset.Add(std::vector<float>(size_t{kInputSize} * kInputSize, 10.0F), {}));
  }
  const InputRange range = SamplePlan(1, 20, 0.1).InputMeans(dataset, {0.3, 3});
  EXPECT_NEAR(range.p01, 3, 0.5);
  EXPECT_NEAR(range.p99, 30, 3);
}

}  // namespace
}  // namespace airy::model
