#include "model/sample_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "preprocess/frame/label_rules.h"
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
  const SamplePlan plan(4, Half(50), {}, {});
  std::vector<int64_t> first = plan.EpochOrder(0);
  std::vector<int64_t> second = plan.EpochOrder(1);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, SamplePlan(4, Half(50), {}, {}).EpochOrder(0));
  EXPECT_NE(first, SamplePlan(5, Half(50), {}, {}).EpochOrder(0));
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
  EXPECT_EQ(first, Half(50).training);
}

// Every tenth image is layered, the others are round.
std::vector<Labels> RareLayered(size_t images) {
  std::vector<Labels> labels(images);
  for (size_t i = 0; i < images; ++i) labels[i][i % 10 == 0 ? kLayered : kRound] = 1;
  return labels;
}

TEST(SamplePlanTest, AnEpochOfFewerImagesHasOthersEveryTimeAndNoneTwice) {
  const Split split = Half(400);
  const SamplePlan plan(4, split, {.images = 60, .balance = 0}, RareLayered(400));
  EXPECT_EQ(plan.epoch_images(), 60);
  const std::vector<int64_t> first = plan.EpochOrder(0);
  const std::vector<int64_t> second = plan.EpochOrder(1);
  const std::set<int64_t> distinct(first.begin(), first.end());
  EXPECT_EQ(distinct.size(), 60U);
  for (const int64_t index : first) EXPECT_EQ(index % 2, 0);
  EXPECT_NE(distinct, std::set<int64_t>(second.begin(), second.end()));
  EXPECT_EQ(first, plan.EpochOrder(0));
}

TEST(SamplePlanTest, DrawsFromAShareOfTheTrainingImagesAlone) {
  const std::vector<Labels> labels = RareLayered(400);
  const Split split =
      SplitByLabels(labels, {.validation = 0.1, .test = 0.1, .training = 0.25}, 3)
          .value();
  ASSERT_EQ(split.training.size(), 80U);
  const std::set<int64_t> share(split.training.begin(), split.training.end());
  const SamplePlan plan(3, split, {.images = 60, .balance = 0.5}, labels);
  std::set<int64_t> seen;
  for (int epoch = 0; epoch < 20; ++epoch) {
    const std::vector<int64_t> order = plan.EpochOrder(epoch);
    EXPECT_EQ(order.size(), 60U);
    seen.insert(order.begin(), order.end());
  }
  EXPECT_EQ(seen, share);
  // A share with fewer images than an epoch may have is all of it.
  const SamplePlan whole(3, split, {.images = 100, .balance = 0.5}, labels);
  EXPECT_EQ(whole.epoch_images(), 80);
}

TEST(SamplePlanTest, BalancePrefersImagesOfRareClasses) {
  const std::vector<Labels> labels = RareLayered(4000);
  const auto share = [&](double balance) {
    const SamplePlan plan(4, Half(4000), {.images = 200, .balance = balance}, labels);
    const std::vector<int64_t> order = plan.EpochOrder(0);
    const auto rare = std::ranges::count_if(
        order, [&](int64_t i) { return labels[static_cast<size_t>(i)][kLayered] == 1; });
    return static_cast<double>(rare) / 200;
  };
  // Of the even images, every fifth is layered; weights are 5 and 1.25, to that power.
  EXPECT_NEAR(share(0), 0.2, 0.07);
  EXPECT_NEAR(share(1), 0.5, 0.07);
}

TEST(SamplePlanTest, InputMeansSpanTheImagesTimesTheGains) {
  Dataset dataset("test");
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(dataset.Add(std::vector<float>(size_t{kInputSize} * kInputSize, 10.0F),
                          Labels{}));
  }
  const InputRange range =
      SamplePlan(1, Half(20), {}, {}).InputMeans(dataset, {0.3, 3}).value();
  EXPECT_NEAR(range.p01, 3, 0.5);
  EXPECT_NEAR(range.p99, 30, 3);
}

}  // namespace
}  // namespace airy::model
