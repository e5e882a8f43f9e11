#include "model/simulation/goodness_of_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

constexpr double kLeastExpected = 5;

// The regularised incomplete gamma function Q(a, x): the series of P where it converges
// fast, else Lentz's continued fraction.
double UpperGamma(double a, double x) {
  if (x <= 0) return 1;
  const double scale = std::exp(a * std::log(x) - x - std::lgamma(a));
  constexpr int kTerms = 1000;
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (int n = 1; n < kTerms && term > sum * 1e-15; ++n) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * scale;
  }
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, fraction = d;
  for (int n = 1; n < kTerms; ++n) {
    const double numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return fraction * scale;
}

}  // namespace

double ChiSquareP(std::span<const int64_t> counts, std::span<const double> shares) {
  AIRY_CHECK(counts.size() == shares.size());
  const auto total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), int64_t{0}));
  const double all_shares = std::accumulate(shares.begin(), shares.end(), 0.0);
  double chi_square = 0, rare_expected = 0, rare_count = 0;
  int cells = 0;
  const auto add = [&](double count, double expected) {
    chi_square += (count - expected) * (count - expected) / expected;
    ++cells;
  };
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * shares[i] / all_shares;
    const auto count = static_cast<double>(counts[i]);
    if (expected >= kLeastExpected) {
      add(count, expected);
    } else {
      rare_expected += expected;
      rare_count += count;
    }
  }
  if (rare_expected > 0) add(rare_count, rare_expected);
  return cells < 2 ? 1 : UpperGamma(0.5 * (cells - 1), 0.5 * chi_square);
}

double KolmogorovSmirnovP(std::vector<double> values,
                          const std::function<double(double)>& share_below) {
  if (values.empty()) return 1;
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  double distance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double share = share_below(values[i]);
    const auto before = static_cast<double>(i);
    distance = std::max({distance, share - before / count, (before + 1) / count - share});
  }
  // Stephens' form of the limiting distribution, good from a handful of values on.
  const double root = std::sqrt(count);
  const double t = (root + 0.12 + 0.11 / root) * distance;
  if (t < 0.2) return 1;
  double p = 0;
  for (int n = 1; n <= 100; ++n) {
    p += (n % 2 == 1 ? 2 : -2) * std::exp(-2.0 * n * n * t * t);
  }
  return std::clamp(p, 0.0, 1.0);
}

}  // namespace airy::simulation
