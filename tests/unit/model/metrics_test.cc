#include "model/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "model/answer_thresholds.h"
#include "tests/unit/model/four_images.h"

namespace airy::model {
namespace {

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
  Thresholds thresholds = EqualThresholds(0.5F);
  thresholds[0] = 0.4F;
  EXPECT_EQ(Measure(kScores, kTruth, thresholds).classes[0].true_positives, 3);
}

TEST(MetricsTest, ConstantAnswerIsOblateAndRound) {
  const Metrics metrics = MeasureConstantAnswer(kTruth);
  EXPECT_DOUBLE_EQ(metrics.Precision(), 5.0 / 8);
  EXPECT_DOUBLE_EQ(metrics.Recall(), 5.0 / 6);
  EXPECT_DOUBLE_EQ(metrics.Accuracy(), 40.0 / 44);
}

// The class counts of CXIDB-94: 7264 images, 15,565 labels.
constexpr int64_t kRealImages = 7264;
constexpr std::array<int64_t, kClassCount> kRealCounts = {6589, 5792, 796, 453, 242, 390,
                                                          367,  460,  218, 47,  211};

// Marginals are all that constant answers depend on.
std::vector<Labels> LabelsWithRealCounts() {
  std::vector<Labels> labels(kRealImages, Labels{});
  for (size_t c = 0; c < kClassCount; ++c) {
    for (int64_t i = 0; i < kRealCounts[c]; ++i) labels[static_cast<size_t>(i)][c] = 1;
  }
  return labels;
}

Metrics MeasureAlways(const Labels& answer) {
  return Measure(std::vector<Labels>(kRealImages, answer), LabelsWithRealCounts());
}

TEST(MetricsTest, ConstantAnswerOnTheRealMarginalsIsTheKnownBaseline) {
  const Metrics metrics = MeasureConstantAnswer(LabelsWithRealCounts());
  EXPECT_NEAR(metrics.Accuracy(), 0.9333, 5e-5);
  EXPECT_NEAR(metrics.Precision(), 0.8522, 5e-5);
  EXPECT_NEAR(metrics.Recall(), 0.7954, 5e-5);
}

// The example of the paper's Sect. 4 prints 0.767 and 0.801 for the two accuracies, which
// do not follow from its own counts; its precision and recall do.
TEST(MetricsTest, FollowsThePapersWorkedExample) {
  Labels oblate{};
  oblate[kSphericalOblate] = 1;
  const Metrics all_oblate = MeasureAlways(oblate);
  EXPECT_NEAR(all_oblate.Accuracy(), 0.879, 5e-4);
  EXPECT_NEAR(all_oblate.Precision(), 0.907, 5e-4);
  EXPECT_NEAR(all_oblate.Recall(), 0.423, 5e-4);
  const Metrics all_negative = MeasureAlways({});
  EXPECT_NEAR(all_negative.Accuracy(), 0.805, 5e-4);
  EXPECT_EQ(all_negative.Precision(), 0);
  EXPECT_EQ(all_negative.Recall(), 0);
}

// Table 10 (ResNet101), from whose precisions and recalls the counts follow.
TEST(MetricsTest, FollowsThePapersTablePerClass) {
  Metrics metrics;
  metrics.images = kRealImages;
  metrics.classes = {{6566, 154, 23}, {5705, 464, 87}, {385, 93, 411}, {307, 24, 146},
                     {239, 16, 3},    {253, 57, 137},  {81, 53, 286},  {105, 61, 355},
                     {148, 44, 70},   {29, 3, 18},     {206, 10, 5}};
  for (size_t c = 0; c < kClassCount; ++c) {
    EXPECT_EQ(metrics.classes[c].positives(), kRealCounts[c]) << kClassNames[c];
  }
  EXPECT_NEAR(metrics.Accuracy(), 0.968, 5e-4);
  EXPECT_NEAR(metrics.Precision(), 0.935, 5e-4);
  EXPECT_NEAR(metrics.Recall(), 0.901, 5e-4);
  EXPECT_NEAR(metrics.MacroF1(), 0.736, 5e-4);
  EXPECT_NEAR(metrics.classes[kStreak].F1(), 0.962, 5e-4);
  EXPECT_NEAR(metrics.classes[kNewtonRings].F1(), 0.335, 5e-4);
  EXPECT_NEAR(metrics.classes[kAsymmetric].F1(), 0.323, 5e-4);
}

TEST(MetricsTest, NothingMeasuredIsZeroNotNan) {
  const Metrics metrics = Measure(std::span<const Labels>(), {});
  EXPECT_EQ(metrics.Accuracy(), 0);
  EXPECT_EQ(metrics.Precision(), 0);
  EXPECT_EQ(metrics.MacroF1(), 0);
}

}  // namespace
}  // namespace airy::model
