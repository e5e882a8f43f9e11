#include "model/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/answer_thresholds.h"
#include "model/precision_recall.h"
#include "model/seed_statistics.h"

namespace airy::model {
namespace {

struct Shots {
  std::vector<ClassProbabilities> probabilities;
  std::vector<Labels> labels;
};

// Images of class 0 of which every fifth is missed.
Shots MissEveryFifth(int count) {
  Shots shots;
  for (int i = 0; i < count; ++i) {
    shots.probabilities.push_back({i % 5 == 0 ? 0.2F : 0.8F});
    shots.labels.push_back({1});
  }
  return shots;
}

TEST(BootstrapTest, IntervalOfAShareIsTheBinomialOne) {
  constexpr int kImages = 500;
  const Shots shots = MissEveryFifth(kImages);
  const EvaluationIntervals intervals =
      Bootstrap(shots.probabilities, shots.labels, EqualThresholds(0.5F));
  const double half = 1.96 * std::sqrt(0.8 * 0.2 / kImages);  // 0.035
  EXPECT_NEAR(intervals.recall.low, 0.8 - half, 0.005);
  EXPECT_NEAR(intervals.recall.high, 0.8 + half, 0.005);
  // The other ten cells of an image are never wrong.
  EXPECT_NEAR(intervals.accuracy.low, 1 - (0.2 + half) / kClassCount, 0.001);
  EXPECT_EQ(intervals.precision.low, 1);
  EXPECT_EQ(intervals.precision.high, 1);
  EXPECT_EQ(intervals.average_precision[0].low, 1);
}

TEST(BootstrapTest, SameSeedSameIntervalsAndAnotherSeedNearThem) {
  const Shots shots = MissEveryFifth(200);
  const auto recall = [&shots](uint64_t seed) {
    return Bootstrap(shots.probabilities, shots.labels, EqualThresholds(0.5F),
                     {.resamples = 300, .seed = seed})
        .recall;
  };
  EXPECT_EQ(recall(1).low, recall(1).low);
  EXPECT_NE(recall(1).low + recall(1).high, recall(2).low + recall(2).high);
  EXPECT_NEAR(recall(1).low, recall(2).low, 0.02);
}

// Each image drawn once is the set itself.
TEST(BootstrapTest, FiguresOfASetOfOneImageAreThoseOfTheSet) {
  Shots shots;
  shots.probabilities.push_back({0.9F, 0.2F, 0.7F});
  shots.labels.push_back({1, 1, 0});
  const EvaluationIntervals intervals =
      Bootstrap(shots.probabilities, shots.labels, EqualThresholds(0.5F));
  const Metrics metrics =
      Measure(shots.probabilities, shots.labels, EqualThresholds(0.5F));
  for (const auto& [interval, figure] :
       {std::pair(intervals.accuracy, metrics.Accuracy()),
        std::pair(intervals.precision, metrics.Precision()),
        std::pair(intervals.recall, metrics.Recall()),
        std::pair(intervals.macro_f1, metrics.MacroF1()),
        std::pair(intervals.mean_average_precision, 1.0)}) {
    EXPECT_DOUBLE_EQ(interval.low, figure);
    EXPECT_DOUBLE_EQ(interval.high, figure);
  }
}

TEST(BootstrapTest, IntervalsHoldTheFiguresOfTheWholeSet) {
  Shots shots;
  for (int i = 0; i < 300; ++i) {
    // Class 0 somewhat above, class 3 in ties, class 5 never.
    const bool a = i % 3 == 0, b = i % 7 == 0;
    ClassProbabilities p{};
    p[0] = static_cast<float>(i * 37 % 100) / 100 * 0.6F + (a ? 0.3F : 0);
    p[3] = static_cast<float>(i * 11 % 4) / 4;
    Labels labels{};
    labels[0] = a;
    labels[3] = b;
    shots.probabilities.push_back(p);
    shots.labels.push_back(labels);
  }
  const auto intervals =
      Bootstrap(shots.probabilities, shots.labels, EqualThresholds(0.5F));
  const auto averages = MeasureAveragePrecision(shots.probabilities, shots.labels);
  const Metrics metrics =
      Measure(shots.probabilities, shots.labels, EqualThresholds(0.5F));
  const auto holds = [](const Interval& interval, double figure) {
    EXPECT_LT(interval.low, figure);
    EXPECT_GT(interval.high, figure);
    EXPECT_LT(interval.high - interval.low, 0.3);
  };
  holds(intervals.mean_average_precision, averages.mean);
  holds(intervals.average_precision[0], averages.classes[0]);
  holds(intervals.average_precision[3], averages.classes[3]);
  holds(intervals.f1[0], metrics.classes[0].F1());
  holds(intervals.macro_f1, metrics.MacroF1());
  EXPECT_EQ(intervals.f1[5].low, 0) << "no resample has the class";
  EXPECT_EQ(intervals.f1[5].high, 0);
}

TEST(BootstrapTest, NothingMeasuredIsZeroNotNan) {
  const EvaluationIntervals intervals = Bootstrap({}, {}, EqualThresholds(0.5F));
  EXPECT_EQ(intervals.accuracy.high, 0);
  EXPECT_EQ(intervals.mean_average_precision.high, 0);
}

TEST(SeedStatisticsTest, MeanErrorAndIntervalByHand) {
  const std::vector<double> figures = {0.70, 0.74, 0.72, 0.76};
  const SeedStatistics statistics = SummariseSeeds(figures);
  EXPECT_EQ(statistics.models, 4);
  EXPECT_DOUBLE_EQ(statistics.mean, 0.73);
  // Squares 9 + 1 + 1 + 9 in 1e-4, over 3, over 4.
  const double error = std::sqrt(20e-4 / 3 / 4);
  EXPECT_NEAR(statistics.standard_error.value(), error, 1e-12);
  EXPECT_NEAR(statistics.interval->high, 0.73 + 3.182 * error, 1e-12);
  EXPECT_NEAR(statistics.interval->low, 0.73 - 3.182 * error, 1e-12);
}

TEST(SeedStatisticsTest, OneModelHasNoInterval) {
  const SeedStatistics statistics = SummariseSeeds(std::vector<double>{0.7});
  EXPECT_EQ(statistics.mean, 0.7);
  EXPECT_FALSE(statistics.standard_error.has_value());
  EXPECT_FALSE(statistics.interval.has_value());
  EXPECT_EQ(SummariseSeeds({}).models, 0);
}

TEST(SeedStatisticsTest, ManyModelsNearTheNormalDistribution) {
  std::vector<double> figures;
  for (int i = 0; i < 101; ++i) figures.push_back(i % 2);
  const SeedStatistics statistics = SummariseSeeds(figures);
  EXPECT_NEAR((statistics.interval->high - statistics.mean) / *statistics.standard_error,
              1.984, 0.001);
}

}  // namespace
}  // namespace airy::model
