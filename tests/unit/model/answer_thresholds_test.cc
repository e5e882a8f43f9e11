#include "model/answer_thresholds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "model/metrics.h"
#include "model/rule_violations.h"
#include "tests/testing/status.h"
#include "tests/unit/model/four_images.h"

namespace airy::model {
namespace {

using ::testing::HasSubstr;

TEST(AnswerThresholdsTest, TunedOnesMaximiseF1OfEachClass) {
  const Thresholds thresholds = TuneThresholds(kScores, kTruth);
  const Metrics tuned = Measure(kScores, kTruth, thresholds);
  EXPECT_DOUBLE_EQ(tuned.classes[0].F1(), 1);
  EXPECT_DOUBLE_EQ(tuned.classes[1].F1(), 1);
  EXPECT_DOUBLE_EQ(tuned.classes[10].F1(), 1);
  EXPECT_FLOAT_EQ(thresholds[0], 0.3F);   // between 0.4 and 0.2
  EXPECT_FLOAT_EQ(thresholds[1], 0.65F);  // between 0.7 and 0.6
  EXPECT_FLOAT_EQ(thresholds[4], 0.5F);   // no positives: nothing to learn
}

TEST(AnswerThresholdsTest, TuningKeepsEqualProbabilitiesOnOneSide) {
  std::vector<ClassProbabilities> scores(3, ClassProbabilities{});
  for (ClassProbabilities& row : scores) row[0] = 0.6F;
  std::vector<Labels> labels(3, Labels{});
  labels[1][0] = 1;
  const Thresholds thresholds = TuneThresholds(scores, labels);
  EXPECT_FLOAT_EQ(thresholds[0], 0.3F);
}

TEST(AnswerThresholdsTest, ConsistencyIsSaidRuleByRule) {
  EXPECT_OK(CheckConsistent(EqualThresholds(0.51F)));
  const Status halves = CheckConsistent(EqualThresholds(0.5F));
  EXPECT_EQ(
      halves.message(),
      "spherical_oblate excludes prolate: their thresholds must sum to more than 1; "
      "were 0.5 and 0.5");
  Thresholds thresholds = EqualThresholds(0.6F);
  thresholds[kRound] = 0.55F;
  EXPECT_THAT(CheckConsistent(thresholds).message(),
              HasSubstr("round needs spherical_oblate: their thresholds must not rise"));
}

// Probabilities as a structured head gives them: five kinds of shot of which one is true,
// and classes within them; labels drawn from these probabilities.
struct Shots {
  std::vector<ClassProbabilities> probabilities;
  std::vector<Labels> labels;
};
Shots DrawShots(int count, unsigned seed) {
  std::mt19937 random(seed);
  const auto uniform = [&random] { return static_cast<float>(random()) * 0x1p-32F; };
  Shots shots;
  for (int i = 0; i < count; ++i) {
    // round, elliptical, prolate, empty, other
    std::array<float, 5> kinds{};
    float sum = 0;
    for (float& kind : kinds) sum += kind = uniform() * uniform() * uniform();
    for (float& kind : kinds) kind /= sum;
    const float within = uniform() * uniform(), modulated = uniform() * uniform();
    ClassProbabilities p{};
    p[kRound] = kinds[0];
    p[kElliptical] = kinds[1];
    p[kSphericalOblate] = kinds[0] + kinds[1];
    p[kProlate] = kinds[2];
    p[kEmpty] = kinds[3];
    p[kStreak] = within * (kinds[2] + kinds[4]);
    p[kNewtonRings] = modulated * (1 - kinds[3]);
    float choice = uniform();
    size_t kind = 0;
    while (kind < 4 && choice >= kinds[kind]) choice -= kinds[kind++];
    Labels labels{};
    if (kind == 0) labels[kRound] = labels[kSphericalOblate] = 1;
    if (kind == 1) labels[kElliptical] = labels[kSphericalOblate] = 1;
    if (kind == 2) labels[kProlate] = 1;
    if (kind == 3) labels[kEmpty] = 1;
    labels[kStreak] = (kind == 2 || kind == 4) && uniform() < within;
    labels[kNewtonRings] = kind != 3 && uniform() < modulated;
    shots.probabilities.push_back(p);
    shots.labels.push_back(labels);
  }
  return shots;
}

int64_t CountBreaking(const Shots& shots, const Thresholds& thresholds) {
  return CountViolations(Answer(shots.probabilities, thresholds)).breaking;
}

TEST(AnswerThresholdsTest, ConsistentOnesBreakNoRule) {
  const Shots shots = DrawShots(400, 3);
  EXPECT_OK(CheckLabels(shots.labels));
  const auto free = TuneThresholds(shots.probabilities, shots.labels);
  const auto bound = TuneConsistentThresholds(shots.probabilities, shots.labels);
  EXPECT_OK(CheckConsistent(bound));
  EXPECT_GT(CountBreaking(shots, free), 0) << "else this test says nothing";
  EXPECT_EQ(CountBreaking(shots, bound), 0);
  const Shots others = DrawShots(20'000, 4);
  EXPECT_EQ(CountBreaking(others, bound), 0);
}

TEST(AnswerThresholdsTest, NoConsistentOnesOfManyTriedAreBetter) {
  const Shots shots = DrawShots(60, 5);
  const auto best = TuneConsistentThresholds(shots.probabilities, shots.labels);
  const double best_f1 = Measure(shots.probabilities, shots.labels, best).MacroF1();
  std::mt19937 random(6);
  int tried = 0;
  for (int i = 0; i < 100'000; ++i) {
    // Near the best ones, where others that are consistent lie.
    Thresholds thresholds = best;
    for (float& t : thresholds) {
      const int step = static_cast<int>(random() % 61) - 30;
      t = std::clamp(t + static_cast<float>(step) * 0.005F, 0.005F, 1.0F);
    }
    if (!CheckConsistent(thresholds).ok()) continue;
    ++tried;
    EXPECT_LE(Measure(shots.probabilities, shots.labels, thresholds).MacroF1(),
              best_f1 + 1e-5);
  }
  EXPECT_GT(tried, 100);
}

TEST(AnswerThresholdsTest, RulesThatCostNothingChangeNothing) {
  Shots shots;
  for (int i = 0; i < 10; ++i) {
    const bool is_round = i % 2 == 0;
    ClassProbabilities p;
    p.fill(0.02F);
    p[kRound] = p[kSphericalOblate] = is_round ? 0.96F : 0.02F;
    p[kProlate] = is_round ? 0.02F : 0.94F;
    Labels labels{};
    labels[kRound] = labels[kSphericalOblate] = is_round;
    labels[kProlate] = !is_round;
    shots.probabilities.push_back(p);
    shots.labels.push_back(labels);
  }
  const auto bound = TuneConsistentThresholds(shots.probabilities, shots.labels);
  EXPECT_DOUBLE_EQ(Measure(shots.probabilities, shots.labels, bound).MacroF1(), 1);
  for (const size_t c : {kRound, kSphericalOblate, kProlate}) {
    EXPECT_NEAR(bound[c], 0.5F, 0.03F) << kClassNames[c];
  }
}

}  // namespace
}  // namespace airy::model
