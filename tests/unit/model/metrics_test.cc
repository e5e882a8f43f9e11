#include "model/metrics.h"

#include <gtest/gtest.h>

#include <vector>

namespace airy::model {
namespace {

// Four images; classes 0, 1 and 10 in use.
const std::vector<Labels> kTruth = {
    {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
};
const std::vector<ClassProbabilities> kScores = {
    {0.9F, 0.8F, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0.7F, 0.6F, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0.4F, 0.7F, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0.2F, 0.1F, 0, 0, 0, 0, 0, 0, 0, 0, 0.3F},
};

TEST(MetricsTest, CountsByHand) {
  const Metrics metrics = Measure(kScores, kTruth, EqualThresholds(0.5F));
  // Class 0: two found, one missed. Class 1: two found, one wrong. Class 10: one missed.
  EXPECT_EQ(metrics.classes[0].true_positives, 2);
  EXPECT_EQ(metrics.classes[0].false_negatives, 1);
  EXPECT_EQ(metrics.classes[1].false_positives, 1);
  EXPECT_DOUBLE_EQ(metrics.Accuracy(), 41.0 / 44);
  EXPECT_DOUBLE_EQ(metrics.Precision(), 4.0 / 5);
  EXPECT_DOUBLE_EQ(metrics.Recall(), 4.0 / 6);
  EXPECT_DOUBLE_EQ(metrics.classes[0].F1(), 0.8);
  EXPECT_DOUBLE_EQ(metrics.classes[1].F1(), 0.8);
  EXPECT_DOUBLE_EQ(metrics.MacroF1(), (0.8 + 0.8 + 0) / 3);
  EXPECT_DOUBLE_EQ(metrics.MacroF1(/*min_positives=*/2), 0.8);
  EXPECT_DOUBLE_EQ(metrics.MacroF1(/*min_positives=*/9), 0);
}

TEST(MetricsTest, AThresholdIsReachedWhenEqual) {
  ClassProbabilities thresholds = EqualThresholds(0.5F);
  thresholds[0] = 0.4F;
  EXPECT_EQ(Measure(kScores, kTruth, thresholds).classes[0].true_positives, 3);
}

TEST(MetricsTest, ConstantAnswerIsOblateAndRound) {
  const Metrics metrics = MeasureConstantAnswer(kTruth);
  EXPECT_DOUBLE_EQ(metrics.Precision(), 5.0 / 8);
  EXPECT_DOUBLE_EQ(metrics.Recall(), 5.0 / 6);
  EXPECT_DOUBLE_EQ(metrics.Accuracy(), 40.0 / 44);
}

// science: on the real label matrix the constant answer has accuracy 0.9333, precision
// 0.8522 and recall 0.7954: 7264 images, 15,565 labels, 6589 oblate, 5792 round.
TEST(MetricsTest, ConstantAnswerOnTheRealMarginalsIsTheKnownBaseline) {
  std::vector<Labels> labels(7264, Labels{});
  const auto fill = [&labels](size_t c, size_t count) {
    for (size_t i = 0; i < count; ++i) labels[i][c] = 1;
  };
  const size_t counts[kClassCount] = {6589, 5792, 796, 453, 242, 390,
                                      367,  460,  218, 47,  211};
  for (size_t c = 0; c < kClassCount; ++c) fill(c, counts[c]);
  const Metrics metrics = MeasureConstantAnswer(labels);
  EXPECT_NEAR(metrics.Accuracy(), 0.9333, 5e-5);
  EXPECT_NEAR(metrics.Precision(), 0.8522, 5e-5);
  EXPECT_NEAR(metrics.Recall(), 0.7954, 5e-5);
}

TEST(MetricsTest, NothingMeasuredIsZeroNotNan) {
  const Metrics metrics = Measure({}, {}, EqualThresholds(0.5F));
  EXPECT_EQ(metrics.Accuracy(), 0);
  EXPECT_EQ(metrics.Precision(), 0);
  EXPECT_EQ(metrics.MacroF1(), 0);
}

TEST(MetricsTest, TunedThresholdsMaximiseF1OfEachClass) {
  const ClassProbabilities thresholds = TuneThresholds(kScores, kTruth);
  const Metrics tuned = Measure(kScores, kTruth, thresholds);
  EXPECT_DOUBLE_EQ(tuned.classes[0].F1(), 1);
  EXPECT_DOUBLE_EQ(tuned.classes[1].F1(), 1);
  EXPECT_DOUBLE_EQ(tuned.classes[10].F1(), 1);
  EXPECT_FLOAT_EQ(thresholds[0], 0.3F);   // between 0.4 and 0.2
  EXPECT_FLOAT_EQ(thresholds[1], 0.65F);  // between 0.7 and 0.6
  EXPECT_FLOAT_EQ(thresholds[4], 0.5F);   // no positives: nothing to learn
}

TEST(MetricsTest, TuningKeepsEqualProbabilitiesOnOneSide) {
  std::vector<ClassProbabilities> scores(3, ClassProbabilities{});
  for (ClassProbabilities& row : scores) row[0] = 0.6F;
  std::vector<Labels> labels(3, Labels{});
  labels[1][0] = 1;
  const ClassProbabilities thresholds = TuneThresholds(scores, labels);
  EXPECT_FLOAT_EQ(thresholds[0], 0.3F);
}

}  // namespace
}  // namespace airy::model
