#include "model/trainer/evaluation_plots.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/answer_thresholds.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::trainer {
namespace {

bool Is(plot::Colour colour, std::span<const uint8_t> rgb, size_t pixel) {
  return rgb[3 * pixel] == colour.red && rgb[3 * pixel + 1] == colour.green &&
         rgb[3 * pixel + 2] == colour.blue;
}

// The mean height (0 at the foot) of one colour's pixels in a chart of a sheet, in units
// of the y axis from 0 to 1; NaN where there are none.
double MeanHeight(const plot::Canvas& sheet, int chart, plot::Colour colour) {
  constexpr int kWidth = 320, kHeight = 250, kTop = 28, kBelow = 42;
  const int left = chart % 4 * kWidth, top = chart / 4 * kHeight;
  double sum = 0;
  int pixels = 0;
  for (int y = top + kTop - 4; y < top + kHeight - kBelow + 4; ++y) {
    for (int x = left + 61; x < left + kWidth; ++x) {
      if (!Is(colour, sheet.rgb(), static_cast<size_t>(y * sheet.width() + x))) continue;
      sum += top + kHeight - kBelow - y;
      ++pixels;
    }
  }
  return sum / pixels / (kHeight - kTop - kBelow);
}

struct Shots {
  std::vector<ClassProbabilities> probabilities;
  std::vector<Labels> labels;
};

// Class 0 is told perfectly, class 1 never, class 2 does not occur.
Shots MakeShots() {
  Shots shots;
  for (int i = 0; i < 40; ++i) {
    const bool positive = i % 4 == 0;
    shots.probabilities.push_back({positive ? 0.9F : 0.2F, 0.4F});
    shots.labels.push_back({positive, positive});
  }
  return shots;
}

TEST(EvaluationPlotsTest, PrecisionOfAPerfectClassIsAtTheTopAndOfAConstantAtItsShare) {
  const Shots shots = MakeShots();
  const auto evaluation =
      model::Evaluate(shots.probabilities, shots.labels, model::EqualThresholds(0.3F));
  const plot::Canvas sheet =
      DrawPrecisionRecall(shots.probabilities, shots.labels, evaluation);
  EXPECT_EQ(sheet.width(), 1280);
  EXPECT_EQ(sheet.height(), 750);
  EXPECT_NEAR(MeanHeight(sheet, 0, plot::kRed), 1, 0.03);
  EXPECT_NEAR(MeanHeight(sheet, 1, plot::kRed), 0.25, 0.03);
  EXPECT_NEAR(MeanHeight(sheet, 0, plot::kGrey), 0.25, 0.03);
  EXPECT_TRUE(std::isnan(MeanHeight(sheet, 2, plot::kRed))) << "no positives";
  EXPECT_TRUE(std::isnan(MeanHeight(sheet, 2, plot::kBlue)));
}

TEST(EvaluationPlotsTest, ReliabilityDotsStandAtTheShareOfPositives) {
  const Shots shots = MakeShots();
  const plot::Canvas sheet =
      DrawReliability(model::MeasureReliability(shots.probabilities, shots.labels));
  // Chart 0 is of all cells, 2 of class 1: one bin of probability 0.4, a quarter
  // positive.
  EXPECT_NEAR(MeanHeight(sheet, 2, plot::kBlue), 0.25, 0.02);
  EXPECT_NEAR(MeanHeight(sheet, 2, plot::kGrey), 0.5, 0.1) << "the diagonal";
}

TEST(EvaluationPlotsTest, CombinationsAreDarkWhereMostImagesAre) {
  const Labels round = {1, 1}, streak = {0, 0, 0, 1, 1};
  const std::vector<Labels> labels = {round, round, round, streak};
  const std::vector<Labels> answers = {round, round, round, Labels{}};
  const plot::Canvas canvas =
      DrawCombinations(model::TabulateCombinations(answers, labels));
  const auto at = [&canvas](int column, int row) {
    // The lower left corner of a cell, where no number is.
    return static_cast<size_t>((60 + 26 * row + 23) * canvas.width() + 420 + 54 * column +
                               3);
  };
  EXPECT_TRUE(Is(plot::kBlue, canvas.rgb(), at(0, 0)));
  EXPECT_TRUE(Is(plot::kWhite, canvas.rgb(), at(1, 1)));
  EXPECT_TRUE(Is(plot::kBlue, canvas.rgb(), at(2, 1))) << "another answer";
  const testing::TempDir folder;
  EXPECT_OK(canvas.SavePng(folder.File("a.png")));
}

TEST(EvaluationPlotsTest, TrainingCurvesShowWhatTheLogKnows) {
  const double unknown = std::nan("");
  const std::vector<LoggedEpoch> epochs = {{1, 1.0, 0.5, unknown, 0.1},
                                           {2, 1.0, 0.5, unknown, 0.05},
                                           {3, 1.0, 0.5, unknown, 0.03}};
  const plot::Canvas sheet = DrawTraining(epochs);
  EXPECT_GT(MeanHeight(sheet, 0, plot::kBlue), MeanHeight(sheet, 0, plot::kOrange));
  EXPECT_TRUE(std::isnan(MeanHeight(sheet, 1, plot::kOrange)));
  EXPECT_FALSE(std::isnan(MeanHeight(sheet, 2, plot::kBlue)));
  DrawTraining({});
}

}  // namespace
}  // namespace airy::trainer
