// The figures of four classes that exclude each other, all by hand.

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "model/answer_thresholds.h"
#include "model/bootstrap.h"
#include "model/class_list.h"
#include "model/evaluation.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

using FourLabels = std::array<uint8_t, 4>;
using FourScores = std::array<float, 4>;

const ClassList kFour = {"virus", "phage", "rod", "grain"};
constexpr FourLabels kVirus = {1, 0, 0, 0}, kPhage = {0, 1, 0, 0}, kRod = {0, 0, 1, 0},
                     kGrain = {0, 0, 0, 1};

// Two of each class but grain, which is one. The second phage is taken for a rod,
// although nothing is above one half; both are as probable for the last image.
const std::vector<FourLabels> kTruths = {kVirus, kVirus, kPhage, kPhage,
                                         kRod,   kRod,   kGrain};
const std::vector<FourScores> kSoftmaxes = {
    {0.7F, 0.1F, 0.1F, 0.1F}, {0.4F, 0.3F, 0.2F, 0.1F}, {0.1F, 0.6F, 0.2F, 0.1F},
    {0.2F, 0.3F, 0.4F, 0.1F}, {0.0F, 0.1F, 0.9F, 0.0F}, {0.1F, 0.1F, 0.8F, 0.0F},
    {0.1F, 0.4F, 0.1F, 0.4F},
};

std::vector<uint8_t> Row(const FourLabels& labels) {
  return {labels.begin(), labels.end()};
}

TEST(AnyClassesTest, TheMostProbableClassAnswersWhereThereAreNoThresholds) {
  const LabelTable answers = Answer(kSoftmaxes, {});
  ASSERT_EQ(answers.size(), 7U);
  const std::vector<FourLabels> expected = {kVirus, kVirus, kPhage, kRod,
                                            kRod,   kRod,   kPhage};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(std::vector(answers[i].begin(), answers[i].end()), Row(expected[i])) << i;
  }
  // By thresholds of one half an image may have no answer.
  const LabelTable by_halves = Answer(kSoftmaxes, EqualThresholds(0.5F, 4));
  EXPECT_EQ(std::vector(by_halves[1].begin(), by_halves[1].end()), Row({}));
}

TEST(AnyClassesTest, FiguresByHand) {
  const Evaluation evaluation = Evaluate(kSoftmaxes, kTruths, {}, kFour);
  const Metrics& metrics = evaluation.metrics;
  ASSERT_EQ(metrics.classes.size(), 4U);
  // virus 2 right; phage 1 right, 1 missed, 1 wrong; rod 2 right, 1 wrong; grain missed.
  EXPECT_DOUBLE_EQ(metrics.Accuracy(), 1 - 4.0 / 28);
  EXPECT_DOUBLE_EQ(metrics.Precision(), 5.0 / 7);
  EXPECT_DOUBLE_EQ(metrics.Recall(), 5.0 / 7);
  EXPECT_DOUBLE_EQ(metrics.classes[0].F1(), 1);
  EXPECT_DOUBLE_EQ(metrics.classes[1].F1(), 0.5);
  EXPECT_DOUBLE_EQ(metrics.classes[2].F1(), 0.8);
  EXPECT_DOUBLE_EQ(metrics.classes[3].F1(), 0);
  EXPECT_DOUBLE_EQ(metrics.MacroF1(), 2.3 / 4);
  EXPECT_EQ(evaluation.combinations.exact(), 5) << "of 7: what is called accuracy";
  // phage: 0.6 right, 0.4 wrong, 0.3 one right and one wrong.
  EXPECT_DOUBLE_EQ(evaluation.average_precision.classes[1], 0.5 * 1 + 0.5 * 2 / 4);
  EXPECT_DOUBLE_EQ(evaluation.average_precision.classes[3], 1);
  EXPECT_FALSE(evaluation.violations.has_value()) << "the rules are of other classes";
  ASSERT_EQ(evaluation.combinations.rows.size(), 4U);
  const CombinationRow& phage = evaluation.combinations.rows[1];
  EXPECT_EQ(phage.labels, Row(kPhage));
  ASSERT_EQ(phage.answers.size(), 2U);
  EXPECT_EQ(phage.answers[1].answer, Row(kRod));
  EXPECT_EQ(evaluation.classes, kFour);
}

TEST(AnyClassesTest, TheConstantAnswerIsTheMostFrequentClass) {
  std::vector<FourLabels> labels = kTruths;
  labels.push_back(kRod);
  const Evaluation constant = EvaluateConstant(labels, kFour);
  EXPECT_EQ(constant.metrics.classes[2].true_positives, 3);
  EXPECT_EQ(constant.metrics.classes[2].false_positives, 5);
  EXPECT_DOUBLE_EQ(constant.metrics.Accuracy(), 1 - 10.0 / 32);
  EXPECT_DOUBLE_EQ(constant.average_precision.classes[3], 1.0 / 8);
  EXPECT_FALSE(constant.violations.has_value());
  // Of equal ones the first.
  EXPECT_EQ(MeasureConstantAnswer(kTruths, kFour).classes[0].true_positives, 2);
}

TEST(AnyClassesTest, ThresholdsAndIntervalsAreAsManyAsClasses) {
  const Thresholds thresholds = TuneThresholds(kSoftmaxes, kTruths);
  ASSERT_EQ(thresholds.size(), 4U);
  EXPECT_FLOAT_EQ(thresholds[2], 0.6F);  // between 0.8 and 0.4
  const EvaluationIntervals intervals = Bootstrap(kSoftmaxes, kTruths, {});
  ASSERT_EQ(intervals.f1.size(), 4U);
  EXPECT_EQ(intervals.f1[0].low, 1) << "a virus is never missed";
  EXPECT_LE(intervals.accuracy.low, 1 - 4.0 / 28);
  EXPECT_GE(intervals.accuracy.high, 1 - 4.0 / 28);
  EXPECT_LT(intervals.accuracy.low, intervals.accuracy.high);
}

TEST(AnyClassesTest, ClassListsAreTextAndBack) {
  EXPECT_EQ(JoinNames(kFour), "virus,phage,rod,grain");
  EXPECT_EQ(SplitNames("virus,phage,rod,grain"), kFour);
  EXPECT_EQ(NamesOf(FourLabels{0, 1, 1, 0}, kFour), "phage+rod");
  EXPECT_EQ(NamesOf(FourLabels{}, kFour), "none");
  EXPECT_TRUE(AreTheEleven(ElevenClasses()));
  EXPECT_FALSE(AreTheEleven(kFour));
}

TEST(AnyClassesTest, RefusesNamesThatAFileCannotKeep) {
  EXPECT_OK(CheckClassList(kFour));
  for (const ClassList& bad :
       {ClassList{"one"}, ClassList{"a", "a"}, ClassList{"a", ""}, ClassList{"T4", "b"},
        ClassList{"a,b", "c"}, ClassList(65, "x")}) {
    const Status status = CheckClassList(bad);
    EXPECT_STATUS(StatusCode::kInvalidArgument, status);
    EXPECT_NE(status.message().find("2..64 distinct names of a-z, 0-9 and _; was '" +
                                    JoinNames(bad) + "'"),
              std::string::npos)
        << status.message();
  }
}

}  // namespace
}  // namespace airy::model
