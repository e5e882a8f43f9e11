#include "model/sample_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/testing/status.h"

namespace airy::model {
namespace {

Split Half(int64_t images) {
  Split split;
  for (int64_t i = 0; i < images; ++i) {
    (i % 2 == 0 ? split.training : split.test).push_back(i);
  }
  return split;
}

TEST(SamplePlanTest, EpochsAreDifferentOrdersOfTheSameImages) {
  const SamplePlan plan(4, Half(50));
  std::vector<int64_t> first = plan.EpochOrder(0);
  std::vector<int64_t> second = plan.EpochOrder(1);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, SamplePlan(4, Half(50)).EpochOrder(0));
  EXPECT_NE(first, SamplePlan(5, Half(50)).EpochOrder(0));
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
  EXPECT_EQ(first, Half(50).training);
}

TEST(SamplePlanTest, InputMeansSpanTheImagesTimesTheGains) {
  Dataset dataset("test");
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(
        dataset.Add(std::vector<float>(size_t{kInputSize} * kInputSize, 10.0F), {}));
  }
  const InputRange range = SamplePlan(1, Half(20)).InputMeans(dataset, {0.3, 3});
  EXPECT_NEAR(range.p01, 3, 0.5);
  EXPECT_NEAR(range.p99, 30, 3);
}

}  // namespace
}  // namespace airy::model
