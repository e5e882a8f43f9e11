#include "model/precision_recall.h"

#include <gtest/gtest.h>

#include <vector>

namespace airy::model {
namespace {

// Images of class 0 alone: (probability, label).
struct Scored {
  std::vector<ClassProbabilities> probabilities;
  std::vector<Labels> labels;
  Scored(std::initializer_list<std::pair<float, int>> rows) {
    for (const auto& [probability, label] : rows) {
      probabilities.push_back({probability});
      labels.push_back({static_cast<uint8_t>(label)});
    }
  }
};

TEST(PrecisionRecallTest, CurveAndAverageByHand) {
  const Scored s = {{0.7F, 1}, {0.9F, 1}, {0.6F, 0}, {0.8F, 0}};
  const auto curve = PrecisionRecallCurve(0, s.probabilities, s.labels);
  ASSERT_EQ(curve.size(), 4u);
  EXPECT_FLOAT_EQ(curve[0].threshold, 0.9F);
  EXPECT_DOUBLE_EQ(curve[0].precision, 1);
  EXPECT_DOUBLE_EQ(curve[0].recall, 0.5);
  EXPECT_DOUBLE_EQ(curve[1].precision, 0.5);
  EXPECT_DOUBLE_EQ(curve[2].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(curve[2].recall, 1);
  EXPECT_DOUBLE_EQ(curve[3].precision, 0.5);
  EXPECT_DOUBLE_EQ(AveragePrecision(curve), 0.5 * 1 + 0.5 * 2 / 3);
}

TEST(PrecisionRecallTest, ConstantProbabilitiesGetTheShareOfTheirClass) {
  const Scored s = {{0.3F, 1}, {0.3F, 0}, {0.3F, 0}, {0.3F, 0}};
  const auto curve = PrecisionRecallCurve(0, s.probabilities, s.labels);
  ASSERT_EQ(curve.size(), 1u) << "equal probabilities are one point";
  EXPECT_DOUBLE_EQ(AveragePrecision(curve), 0.25);
}

TEST(PrecisionRecallTest, MeanLeavesOutClassesWithoutPositives) {
  const Scored s = {{0.7F, 1}, {0.9F, 1}, {0.6F, 0}, {0.8F, 0}};
  EXPECT_TRUE(PrecisionRecallCurve(1, s.probabilities, s.labels).empty());
  const AveragePrecisions averages = MeasureAveragePrecision(s.probabilities, s.labels);
  EXPECT_DOUBLE_EQ(averages.mean, averages.classes[0]);
  EXPECT_EQ(averages.classes[1], 0);
  EXPECT_EQ(MeasureAveragePrecision({}, {}).mean, 0);
}

}  // namespace
}  // namespace airy::model
