#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace airy::simulation {

// How likely chance alone makes counts at least as far from the shares as these are, by
// Pearson's chi-square. Cells that expect less than 5 counts are taken together. 1 where
// fewer than two cells are left. The shares need not add up to 1.
double ChiSquareP(std::span<const int64_t> counts, std::span<const double> shares);

// The same for values and the distribution function they should follow, by Kolmogorov and
// Smirnov. 1 where there are no values.
double KolmogorovSmirnovP(std::vector<double> values,
                          const std::function<double(double)>& share_below);

}  // namespace airy::simulation
