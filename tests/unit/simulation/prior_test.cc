#include "model/simulation/prior.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/simulation/goodness_of_fit.h"

namespace airy::simulation {
namespace {

TEST(PriorTest, HasEveryCombinationOfTheRealDataOnce) {
  const auto all = Prior::Combinations();
  EXPECT_EQ(all.size(), 43u);
  std::set<Labels> distinct;
  std::array<int, kClassCount> classes{};
  int images = 0;
  for (const Combination& c : all) {
    EXPECT_TRUE(KeepsHardRules(c.labels)) << NamesOf(c.labels);
    distinct.insert(c.labels);
    images += c.images;
    for (size_t i = 0; i < classes.size(); ++i) classes[i] += c.labels[i] * c.images;
  }
  EXPECT_EQ(distinct.size(), 43u);
  EXPECT_EQ(images, 7264);
  // The column sums of the label file.
  const std::array<int, kClassCount> kReal = {6589, 5792, 796, 453, 242, 390,
                                              367,  460,  218, 47,  211};
  EXPECT_EQ(classes, kReal);
}

TEST(PriorTest, DrawsCombinationsAsOftenAsTheyOccur) {
  const auto all = Prior::Combinations();
  std::vector<double> shares;
  for (const Combination& c : all) shares.push_back(c.labels[kEmpty] ? 0 : c.images);
  for (const uint64_t seed : {1, 2, 3}) {
    Random random(seed, 0, 0);
    std::vector<int64_t> counts(all.size());
    for (int i = 0; i < 200'000; ++i) {
      const Labels labels = Prior::Draw(&random);
      const auto at = std::find_if(all.begin(), all.end(), [&](const Combination& c) {
        return c.labels == labels;
      });
      ASSERT_NE(at, all.end());
      ++counts[static_cast<size_t>(at - all.begin())];
    }
    EXPECT_GT(ChiSquareP(counts, shares), 0.01) << "seed " << seed;
  }
}

TEST(PriorTest, DrawsAClassOnlyInCombinationsThatHaveIt) {
  Random random(4, 0, 0);
  for (int i = 0; i < kEmpty; ++i) {
    for (int k = 0; k < 200; ++k) {
      EXPECT_EQ(Prior::DrawWith(i, &random)[static_cast<size_t>(i)], 1);
    }
  }
}

}  // namespace
}  // namespace airy::simulation
