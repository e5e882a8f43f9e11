#include "model/reliability.h"

#include <gtest/gtest.h>

#include <vector>

namespace airy::model {
namespace {

TEST(ReliabilityTest, ErrorsByHand) {
  Reliability reliability;
  // Two bins: [0, 1/15) and [12/15, 13/15).
  for (const bool positive : {true, false, true, true}) reliability.Add(0.85F, positive);
  reliability.Add(0.05F, false);
  reliability.Add(0.01F, true);
  EXPECT_EQ(reliability.bins[12].cells, 4);
  EXPECT_EQ(reliability.bins[0].cells, 2);
  EXPECT_NEAR(reliability.bins[12].MeanProbability(), 0.85, 1e-7);
  EXPECT_DOUBLE_EQ(reliability.bins[12].PositiveShare(), 0.75);
  EXPECT_EQ(reliability.bins[5].MeanProbability(), 0);
  // (4 |0.85 - 0.75| + 2 |0.03 - 0.5|) / 6
  EXPECT_NEAR(reliability.CalibrationError(), (4 * 0.10 + 2 * 0.47) / 6, 1e-7);
  EXPECT_NEAR(reliability.BrierScore(),
              (3 * 0.15 * 0.15 + 0.85 * 0.85 + 0.05 * 0.05 + 0.99 * 0.99) / 6, 1e-7);
}

TEST(ReliabilityTest, LastBinIncludesOne) {
  Reliability reliability;
  reliability.Add(1, true);
  reliability.Add(0, false);
  EXPECT_EQ(reliability.bins[kReliabilityBins - 1].cells, 1);
  EXPECT_EQ(reliability.bins[0].cells, 1);
  EXPECT_EQ(reliability.CalibrationError(), 0);
  EXPECT_EQ(reliability.BrierScore(), 0);
}

TEST(ReliabilityTest, CellsOfAllClassesShareTheOverallBins) {
  ClassProbabilities p{};
  p[kRound] = 0.5F;
  p[kEmpty] = 0.5F;
  Labels labels{};
  labels[kRound] = 1;
  const Reliabilities all = MeasureReliability(std::vector{p}, std::vector{labels});
  EXPECT_EQ(all.all.cells(), kClassCount);
  EXPECT_DOUBLE_EQ(all.classes[kRound].CalibrationError(), 0.5);
  EXPECT_DOUBLE_EQ(all.classes[kEmpty].CalibrationError(), 0.5);
  EXPECT_DOUBLE_EQ(all.all.CalibrationError(), 0) << "one too sure, one not enough";
  EXPECT_DOUBLE_EQ(all.all.BrierScore(), 2 * 0.25 / kClassCount);
  EXPECT_EQ(MeasureReliability({}, {}).all.CalibrationError(), 0);
}

}  // namespace
}  // namespace airy::model
