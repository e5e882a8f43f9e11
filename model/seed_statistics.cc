#include "model/seed_statistics.h"

#include <array>
#include <cmath>
#include <numeric>

namespace airy::model {
namespace {

// The quantile 0.975 of Student's t.
double StudentT(int degrees_of_freedom) {
  constexpr std::array kTable = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                 2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                 2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                 2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
  const auto row = static_cast<size_t>(degrees_of_freedom) - 1;
  if (row < kTable.size()) return kTable[row];
  return 1.960 + 2.45 / degrees_of_freedom;  // within 0.002
}

}  // namespace

SeedStatistics SummariseSeeds(std::span<const double> figures) {
  SeedStatistics result;
  result.models = static_cast<int>(figures.size());
  if (figures.empty()) return result;
  const auto count = static_cast<double>(figures.size());
  result.mean = std::accumulate(figures.begin(), figures.end(), 0.0) / count;
  if (figures.size() < 2) return result;
  double squares = 0;
  for (const double figure : figures) {
    squares += (figure - result.mean) * (figure - result.mean);
  }
  result.standard_error = std::sqrt(squares / (count - 1) / count);
  const double half = StudentT(result.models - 1) * *result.standard_error;
  result.interval = Interval{result.mean - half, result.mean + half};
  return result;
}

}  // namespace airy::model
