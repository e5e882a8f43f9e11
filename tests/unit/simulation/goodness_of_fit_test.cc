#include "model/simulation/goodness_of_fit.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "model/simulation/random.h"

namespace airy::simulation {
namespace {

TEST(GoodnessOfFitTest, ChiSquareAgreesWithTables) {
  // Chi-square 3.841 with one degree of freedom has p = 0.05, 18.307 with ten too.
  const std::array<double, 2> kHalves = {1, 1};
  const double offset = 0.5 * std::sqrt(3.841 * 10'000);
  const auto shift = static_cast<int64_t>(std::lround(offset));
  const std::array<int64_t, 2> counts = {5000 + shift, 5000 - shift};
  EXPECT_NEAR(ChiSquareP(counts, kHalves), 0.05, 0.001);

  std::vector<double> shares(11, 1);
  std::vector<int64_t> cells(11, 10'000);
  const auto step = static_cast<int64_t>(std::lround(std::sqrt(18.307 * 10'000 / 2)));
  cells[0] += step;
  cells[1] -= step;
  EXPECT_NEAR(ChiSquareP(cells, shares), 0.05, 0.001);
}

TEST(GoodnessOfFitTest, ChiSquareTakesRareCellsTogether) {
  const std::array<double, 4> kShares = {500, 498, 1, 1};
  const std::array<int64_t, 4> kLucky = {500, 498, 2, 0};
  EXPECT_NEAR(ChiSquareP(kLucky, kShares), 1, 1e-9);
}

TEST(GoodnessOfFitTest, KolmogorovAcceptsItsOwnDistributionAndRefusesAnother) {
  const auto even = [](double x) { return x; };
  int refused = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed, 0, 0);
    std::vector<double> values(300);
    for (double& value : values) value = random.Uniform();
    refused += KolmogorovSmirnovP(values, even) < 0.05;
    for (double& value : values) value = std::pow(value, 2);
    EXPECT_LT(KolmogorovSmirnovP(values, even), 1e-4);
  }
  EXPECT_GT(refused, 2);  // of 200 ten are expected
  EXPECT_LT(refused, 22);
}

TEST(GoodnessOfFitTest, NothingSpeaksAgainstNothing) {
  EXPECT_EQ(KolmogorovSmirnovP({}, [](double) { return 0.5; }), 1);
  EXPECT_EQ(ChiSquareP({}, {}), 1);
}

}  // namespace
}  // namespace airy::simulation
