#include "client/detector/class_quota.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace airy::detector {
namespace {

cxi::Labels Labels(std::initializer_list<int> classes) {
  cxi::Labels labels{};
  for (const int index : classes) labels[static_cast<size_t>(index)] = 1;
  return labels;
}

TEST(ClassQuotaTest, TakesWhatComesWhileThereIsRoom) {
  ClassQuota quota(5, {kStreak}, 2);
  EXPECT_TRUE(quota.Take(Labels({kRound})));
  EXPECT_TRUE(quota.Take(Labels({kRound})));
  EXPECT_TRUE(quota.Take(Labels({kRound})));
  EXPECT_FALSE(quota.Take(Labels({kRound})));  // two places are left for two streaks
  EXPECT_TRUE(quota.Take(Labels({kStreak, kRound})));
  EXPECT_FALSE(quota.Take(Labels({kRound})));
  EXPECT_FALSE(quota.full());
  EXPECT_TRUE(quota.Take(Labels({kStreak})));
  EXPECT_TRUE(quota.full());
  EXPECT_FALSE(quota.Take(Labels({kStreak})));
}

TEST(ClassQuotaTest, OneShotCountsForAllItsClasses) {
  ClassQuota quota(2, {kStreak, kBent}, 1);
  EXPECT_TRUE(quota.Take(Labels({kStreak, kBent})));
  EXPECT_TRUE(quota.Take(Labels({kRound})));
  EXPECT_TRUE(quota.full());
}

TEST(ClassQuotaTest, WithoutClassesEverythingIsTaken) {
  ClassQuota quota(1, {}, 20);
  EXPECT_TRUE(quota.Take(Labels({kEmpty})));
  EXPECT_TRUE(quota.full());
}

}  // namespace
}  // namespace airy::detector
