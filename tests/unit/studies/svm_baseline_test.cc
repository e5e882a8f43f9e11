#include "model/studies/svm_baseline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/random_stream.h"
#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"

namespace airy::studies {
namespace {

// Features between -1 and 1. Class `streak` lies within a circle, which no straight line
// cuts off, `bent` where the third feature is positive; oblate and round are what is no
// streak.
struct Planted {
  std::vector<std::vector<float>> features;
  std::vector<Labels> labels;
  explicit Planted(int count) {
    model::RandomStream random(7, 0, 0);
    for (int i = 0; i < count; ++i) {
      std::vector<float> row(6);
      for (float& value : row) value = static_cast<float>(random.Uniform(-1, 1));
      Labels truth{};
      truth[kStreak] = std::hypot(row[0], row[1]) < 0.5F;
      truth[kBent] = row[2] > 0;
      truth[kSphericalOblate] = truth[kRound] = truth[kStreak] == 0;
      features.push_back(row);
      labels.push_back(truth);
    }
  }
};

TEST(SvmBaselineTest, BeatsTheConstantAnswerWhereNoLineDivides) {
  const Planted planted(400);
  const model::Split split =
      model::SplitByLabels(planted.labels, {.validation = 0.2, .test = 0.2}, 1).value();
  const auto outcome = TrainSvm(planted.features, planted.labels, split);
  ASSERT_OK(outcome);
  std::vector<Labels> truths;
  for (const int64_t i : split.test)
    truths.push_back(planted.labels[static_cast<size_t>(i)]);
  const model::Metrics constant = model::MeasureConstantAnswer(truths);
  EXPECT_EQ(outcome->test.images, std::ssize(split.test));
  EXPECT_GT(outcome->test.MacroF1(), 0.85);
  EXPECT_GT(outcome->test.MacroF1(), constant.MacroF1() + 0.2);
  EXPECT_GT(outcome->test.Accuracy(), constant.Accuracy());
  EXPECT_GT(outcome->test.classes.at(kStreak).F1(), 0.8);
  // A class without positives is never told.
  EXPECT_EQ(outcome->test.classes[kLayered].false_positives, 0);
}

TEST(SvmBaselineTest, TestImagesChooseNothing) {
  Planted planted(200);
  const model::Split split =
      model::SplitByLabels(planted.labels, {.validation = 0.2, .test = 0.2}, 1).value();
  const SvmOutcome before = TrainSvm(planted.features, planted.labels, split).value();
  for (const int64_t i : split.test) {
    planted.features[static_cast<size_t>(i)].assign(6, 100.0F);
  }
  const SvmOutcome after = TrainSvm(planted.features, planted.labels, split).value();
  EXPECT_EQ(after.c, before.c);
  EXPECT_EQ(after.gamma, before.gamma);
  EXPECT_EQ(after.thresholds, before.thresholds);
  EXPECT_NE(after.test.MacroF1(), before.test.MacroF1());
}

TEST(SvmBaselineTest, NeedsValidationImages) {
  const Planted planted(10);
  EXPECT_STATUS(StatusCode::kFailedPrecondition,
                TrainSvm(planted.features, planted.labels,
                         {.training = {0, 1, 2}, .validation = {}, .test = {3}}));
}

}  // namespace
}  // namespace airy::studies
