#include "model/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

Labels With(std::initializer_list<int> classes) {
  Labels labels{};
  for (const int c : classes) labels[static_cast<size_t>(c)] = 1;
  return labels;
}

// Combinations as unequal as the real ones.
std::vector<Labels> UnequalCombinations() {
  std::vector<Labels> labels;
  const auto add = [&labels](int count, const Labels& one) {
    for (int i = 0; i < count; ++i) labels.push_back(one);
  };
  add(530, With({kSphericalOblate, kRound}));
  add(47, With({kSphericalOblate, kElliptical}));
  add(21, With({kEmpty}));
  add(20, With({kProlate, kStreak, kBent}));
  add(7, With({kProlate, kStreak, kLayered}));
  add(2, With({kStreak}));
  add(1, With({kLayered}));
  return labels;
}

TEST(SplitTest, DealsEveryImageOnce) {
  const Split split = SplitByLabels(UnequalCombinations(), {0.1, 0.15}, 4).value();
  std::vector<int64_t> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), UnequalCombinations().size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], static_cast<int64_t>(i));
  EXPECT_NEAR(static_cast<double>(split.validation.size()), 62.8, 1);
  EXPECT_NEAR(static_cast<double>(split.test.size()), 94.2, 1);
}

TEST(SplitTest, GivesEveryPartItsShareOfEveryCombination) {
  const std::vector<Labels> labels = UnequalCombinations();
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const Split split = SplitByLabels(labels, {0.1, 0.15}, seed).value();
    for (const auto& [part, share] :
         {std::pair(&split.training, 0.75), std::pair(&split.validation, 0.1),
          std::pair(&split.test, 0.15)}) {
      std::map<Labels, int> counts;
      for (const int64_t image : *part) ++counts[labels[static_cast<size_t>(image)]];
      std::map<Labels, int> whole;
      for (const Labels& one : labels) ++whole[one];
      for (const auto& [combination, count] : whole) {
        EXPECT_NEAR(counts[combination], share * count, 2)
            << NamesOf(combination, ElevenClasses()) << " share " << share << " seed "
            << seed;
      }
    }
  }
}

TEST(SplitTest, IsAFunctionOfTheSeed) {
  const Split split = SplitByLabels(UnequalCombinations(), {0.1, 0.15}, 4).value();
  EXPECT_EQ(split.test, SplitByLabels(UnequalCombinations(), {0.1, 0.15}, 4)->test);
  EXPECT_NE(split.test, SplitByLabels(UnequalCombinations(), {0.1, 0.15}, 5)->test);
}

TEST(SplitTest, LeavesOutPartsWithoutAShare) {
  const Split split = SplitByLabels(UnequalCombinations(), {0, 0.15}, 4).value();
  EXPECT_TRUE(split.validation.empty());
  EXPECT_EQ(split.training.size() + split.test.size(), UnequalCombinations().size());
}

TEST(SplitTest, ASmallerShareOfTheTrainingImagesIsPartOfALargerOne) {
  const std::vector<Labels> labels = UnequalCombinations();
  Split larger = SplitByLabels(labels, {0.1, 0.15}, 4).value();
  const size_t whole = larger.training.size();
  for (const double share : {0.75, 0.5, 0.25, 0.1, 0.05}) {
    const Split split = SplitByLabels(labels, {0.1, 0.15, share}, 4).value();
    EXPECT_EQ(split.validation, larger.validation);
    EXPECT_EQ(split.test, larger.test);
    EXPECT_NEAR(static_cast<double>(split.training.size()),
                share * static_cast<double>(whole), 2);
    for (const int64_t image : split.training) {
      EXPECT_TRUE(std::ranges::count(larger.training, image)) << share;
    }
    larger = split;
  }
}

TEST(SplitTest, AShareOfTheTrainingImagesHasItsShareOfEveryCombination) {
  const std::vector<Labels> labels = UnequalCombinations();
  for (uint64_t seed = 0; seed < 20; ++seed) {
    std::map<Labels, int> whole;
    const Split all = SplitByLabels(labels, {0.1, 0.15}, seed).value();
    for (const int64_t image : all.training) {
      ++whole[labels[static_cast<size_t>(image)]];
    }
    for (const double share : {0.75, 0.5, 0.25, 0.1}) {
      std::map<Labels, int> counts;
      const Split split = SplitByLabels(labels, {0.1, 0.15, share}, seed).value();
      for (const int64_t image : split.training) {
        ++counts[labels[static_cast<size_t>(image)]];
      }
      for (const auto& [combination, count] : whole) {
        EXPECT_NEAR(counts[combination], share * count, 2.5)
            << NamesOf(combination, ElevenClasses()) << " share " << share << " seed "
            << seed;
      }
    }
  }
}

TEST(SplitTest, RefusesAShareThatLeavesTooFewToTrainOn) {
  const auto split = SplitByLabels(std::vector<Labels>(20), {0.1, 0.15, 0.01}, 1);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, split);
  EXPECT_EQ(split.status().message(),
            "a share of 0.01 of 15 training images leaves 1; at least 2 are needed");
}

TEST(SplitTest, RefusesTooFewImages) {
  EXPECT_OK(SplitByLabels(std::vector<Labels>(4), {0.01, 0.01}, 1));
  const auto split = SplitByLabels(std::vector<Labels>(3), {0.1, 0.15}, 1);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, split);
  EXPECT_EQ(split.status().message(),
            "3 images are too few to split into training (at least 2), validation (share "
            "0.1) and test (share 0.15)");
}

TEST(SplitTest, NamesAClassWithoutPositives) {
  std::vector<Labels> labels(kClassCount);
  std::vector<int64_t> images;
  for (size_t c = 0; c < kClassCount; ++c) {
    labels[c][c] = 1;
    images.push_back(static_cast<int64_t>(c));
  }
  EXPECT_OK(CheckAllClassesPresent(labels, images));
  std::erase(images, int64_t{kLayered});
  const Status status = CheckAllClassesPresent(labels, images);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, status);
  EXPECT_EQ(status.message(),
            "class 'layered' has no positives among 10 training images (1 in the set of "
            "11)");
}

}  // namespace
}  // namespace airy::model
