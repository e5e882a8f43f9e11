#include "client/detector/shot_order.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace airy::detector {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAreArray;

constexpr int64_t kFirstMiss = 100;

MixedOrder Order(double hit_rate, uint64_t seed = 1, int64_t hits = 7,
                 int64_t misses = 4) {
  std::vector<int64_t> hit_shots(static_cast<size_t>(hits));
  std::iota(hit_shots.begin(), hit_shots.end(), 0);
  std::vector<int64_t> miss_shots(static_cast<size_t>(misses));
  std::iota(miss_shots.begin(), miss_shots.end(), kFirstMiss);
  return MixedOrder(hit_shots, miss_shots, hit_rate, seed);
}

std::vector<int64_t> Take(ShotOrder& order, int count) {
  std::vector<int64_t> shots;
  for (int i = 0; i < count; ++i) shots.push_back(order.Next());
  return shots;
}

TEST(SequentialOrderTest, BeginsAgainAfterTheLastShot) {
  SequentialOrder order(3);
  EXPECT_THAT(Take(order, 7), ElementsAre(0, 1, 2, 0, 1, 2, 0));
}

TEST(MixedOrderTest, KeepsTheShareOfHitsInEveryTen) {
  for (const double rate : {0.0, 0.1, 0.25, 1.0 / 3, 0.5, 0.77, 1.0}) {
    MixedOrder order = Order(rate);
    int64_t hits = 0;
    for (int shot = 1; shot <= 1000; ++shot) {
      hits += order.Next() < kFirstMiss ? 1 : 0;
      if (shot % 10 == 0) {
        EXPECT_EQ(hits, std::llround(rate * shot)) << rate;
      }
    }
  }
}

TEST(MixedOrderTest, ShowsEveryShotOfADeckBeforeAnyAgain) {
  MixedOrder order = Order(1);
  for (int round = 0; round < 5; ++round) {
    EXPECT_THAT(Take(order, 7), UnorderedElementsAreArray({0, 1, 2, 3, 4, 5, 6}));
  }
}

TEST(MixedOrderTest, TheSeedAloneDecidesTheOrder) {
  MixedOrder one = Order(0.2, 5);
  MixedOrder same = Order(0.2, 5);
  MixedOrder other = Order(0.2, 6);
  const std::vector<int64_t> shots = Take(one, 200);
  EXPECT_EQ(shots, Take(same, 200));
  EXPECT_NE(shots, Take(other, 200));
}

TEST(MixedOrderTest, AnEmptyDeckIsFineWhenItIsNotAskedFor) {
  MixedOrder no_hits = Order(0, 1, 0, 1);
  EXPECT_THAT(Take(no_hits, 25), Each(kFirstMiss));
  MixedOrder no_misses = Order(1, 1, 1, 0);
  EXPECT_THAT(Take(no_misses, 25), Each(0));
}

}  // namespace
}  // namespace airy::detector
