#include "model/evaluation.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "model/answer_thresholds.h"

namespace airy::model {
namespace {

Labels Of(std::initializer_list<ClassIndex> classes) {
  Labels labels{};
  for (const ClassIndex c : classes) labels[static_cast<size_t>(c)] = 1;
  return labels;
}

std::vector<uint8_t> Row(const Labels& labels) { return {labels.begin(), labels.end()}; }

ClassProbabilities Sure(const Labels& labels) {
  ClassProbabilities p;
  for (size_t c = 0; c < kClassCount; ++c) p[c] = labels[c] != 0 ? 0.9F : 0.1F;
  return p;
}

const Labels kRoundDrop = Of({kSphericalOblate, kRound});
const Labels kBentDrop = Of({kProlate, kBent});
const Labels kBoth = Of({kSphericalOblate, kRound, kProlate});

TEST(EvaluationTest, CountsAnswersThatBreakRules) {
  const RuleViolations violations =
      CountViolations(std::vector{kRoundDrop, kBoth, Of({kRound, kEmpty}), Labels{}});
  EXPECT_EQ(violations.answers, 4);
  EXPECT_EQ(violations.breaking, 2);
  EXPECT_DOUBLE_EQ(violations.Rate(), 0.5);
  for (size_t r = 0; r < kLabelRules.size(); ++r) {
    const std::string rule = Describe(kLabelRules[r]);
    const bool is_broken = rule == "spherical_oblate excludes prolate" ||
                           rule == "round needs spherical_oblate" ||
                           rule == "empty excludes round";
    EXPECT_EQ(violations.by_rule[r], is_broken ? 1 : 0) << rule;
  }
  EXPECT_EQ(CountViolations({}).Rate(), 0);
}

TEST(EvaluationTest, TabulatesWhatEachCombinationWasAnswered) {
  const std::vector labels = {kRoundDrop, kBentDrop, kRoundDrop, kRoundDrop, kRoundDrop};
  const std::vector answers = {kRoundDrop, kRoundDrop, kBoth, kBoth, Labels{}};
  const CombinationTable table = TabulateCombinations(answers, labels);
  EXPECT_EQ(table.images, 5);
  EXPECT_EQ(table.exact(), 1);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].labels, Row(kRoundDrop));
  EXPECT_EQ(table.rows[0].images, 4);
  EXPECT_EQ(table.rows[0].exact(), 1);
  ASSERT_EQ(table.rows[0].answers.size(), 3u);
  EXPECT_EQ(table.rows[0].answers[0].answer, Row(kBoth));
  EXPECT_EQ(table.rows[0].answers[0].images, 2);
  EXPECT_EQ(table.rows[1].labels, Row(kBentDrop));
  EXPECT_EQ(table.rows[1].exact(), 0);
}

TEST(EvaluationTest, PutsAllFiguresTogether) {
  const std::vector labels = {kRoundDrop, kBentDrop};
  const std::vector probabilities = {Sure(kRoundDrop), Sure(kBoth)};
  const Evaluation evaluation = Evaluate(probabilities, labels, EqualThresholds(0.5F));
  EXPECT_DOUBLE_EQ(evaluation.metrics.Precision(), 3.0 / 5);
  EXPECT_DOUBLE_EQ(evaluation.average_precision.classes[kProlate], 1);
  EXPECT_DOUBLE_EQ(evaluation.average_precision.classes[kRound], 0.5);
  EXPECT_DOUBLE_EQ(evaluation.violations->Rate(), 0.5);
  EXPECT_EQ(evaluation.combinations.exact(), 1);
  EXPECT_NEAR(evaluation.reliability.all.BrierScore(), (19 * 0.01 + 3 * 0.81) / 22, 1e-6);
}

TEST(EvaluationTest, ConstantKnowsTheSharesOfTheClasses) {
  const std::vector labels = {kRoundDrop, kRoundDrop, kRoundDrop, kBentDrop};
  const Evaluation constant = EvaluateConstant(labels);
  const Metrics answer = MeasureConstantAnswer(labels);
  EXPECT_DOUBLE_EQ(constant.metrics.Accuracy(), answer.Accuracy());
  EXPECT_DOUBLE_EQ(constant.metrics.MacroF1(), answer.MacroF1());
  EXPECT_DOUBLE_EQ(constant.average_precision.classes[kRound], 0.75);
  EXPECT_DOUBLE_EQ(constant.average_precision.mean, (2 * 0.75 + 2 * 0.25) / 4);
  EXPECT_NEAR(constant.reliability.all.CalibrationError(), 0, 1e-7);
  EXPECT_NEAR(constant.reliability.all.BrierScore(), 4 * 0.75 * 0.25 / 11, 1e-7);
  EXPECT_EQ(constant.violations->breaking, 0);
  EXPECT_EQ(EvaluateConstant({}).metrics.Accuracy(), 0);
}

}  // namespace
}  // namespace airy::model
