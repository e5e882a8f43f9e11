#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "preprocess/transform/ccf_map.h"

namespace airy::transform {

// The definition in ccf_map.h, polar_grid.h and ccf_scaling.h in double precision,
// written as plainly as possible.
class CcfReference {
 public:
  CcfReference(int rows, int cols, const CcfOptions& options,
               const std::vector<uint8_t>& mask = {})
      : rows_(rows), cols_(cols), options_(options), mask_(mask) {}

  int rings() const { return options_.grid.rings; }
  int angles() const { return options_.grid.angles; }

  struct Weight {
    int pixel;
    double weight;
  };
  // The pixels that weigh in a sample.
  std::vector<Weight> WeightsOf(int ring, int angle) const {
    const PolarGridOptions& grid = options_.grid;
    const double row = grid.centre_row.value_or(rows_ / 2.0);
    const double col = grid.centre_col.value_or(cols_ / 2.0);
    const double inner =
        grid.inner_radius_px.value_or(std::min(rows_, cols_) * 17.0 / 224);
    const double outer =
        grid.outer_radius_px.value_or(std::min({row, rows_ - row, col, cols_ - col}) - 1);
    const double radius = inner + ring * (outer - inner) / (rings() - 1);
    const double y = row - 0.5 + radius * std::sin(Phi(angle));
    const double x = col - 0.5 + radius * std::cos(Phi(angle));
    std::vector<Weight> weights;
    for (int i = static_cast<int>(y); i <= static_cast<int>(y) + 1; ++i) {
      for (int j = static_cast<int>(x); j <= static_cast<int>(x) + 1; ++j) {
        const double weight = (1 - std::fabs(y - i)) * (1 - std::fabs(x - j));
        if (weight > 1e-7) weights.push_back({i * cols_ + j, weight});
      }
    }
    return weights;
  }
  double Phi(int angle) const { return 2 * std::numbers::pi * angle / angles(); }

  // The whole map, row by row.
  std::vector<double> Map(const Image& image) const {
    const size_t size = static_cast<size_t>(rings());
    std::vector<std::vector<double>> values(size);
    std::vector<std::vector<bool>> good(size);
    std::vector<std::complex<double>> amplitude(size);
    for (size_t i = 0; i < size; ++i) {
      double mean = 0;
      double count = 0;
      for (int p = 0; p < angles(); ++p) {
        double value = 0;
        bool is_good = true;
        for (const Weight& at : WeightsOf(static_cast<int>(i), p)) {
          const size_t pixel = static_cast<size_t>(at.pixel);
          value += at.weight * static_cast<double>(image.pixels()[pixel]);
          is_good = is_good && (mask_.empty() || mask_[pixel] != 0);
        }
        values[i].push_back(value);
        good[i].push_back(is_good);
        mean += is_good ? value : 0;
        count += is_good ? 1 : 0;
      }
      if (count == 0) continue;
      mean /= count;
      for (int p = 0; p < angles(); ++p) {
        const size_t at = static_cast<size_t>(p);
        if (!good[i][at]) continue;
        amplitude[i] +=
            (values[i][at] - mean) / count * std::polar(1.0, -options_.order * Phi(p));
      }
      if (std::abs(amplitude[i]) <= 1e-6 * std::fabs(mean)) amplitude[i] = 0;
    }

    std::vector<double> lower;
    std::vector<double> upper;
    for (size_t i = 0; i < size; ++i) {
      for (size_t j = 0; j < size; ++j) {
        if (i <= j) {
          const std::complex<double> product = std::conj(amplitude[i]) * amplitude[j];
          upper.push_back(options_.part == CcfOptions::Part::kReal ? product.real()
                                                                   : std::abs(product));
          continue;
        }
        double sum = 0;
        double count = 0;
        for (size_t p = 0; p < values[i].size(); ++p) {
          if (!good[i][p] || !good[j][p]) continue;
          sum += values[i][p] * values[j][p];
          count += 1;
        }
        lower.push_back(count > 0 ? sum / count : 0);
      }
    }
    Scale(&lower);
    Scale(&upper);
    std::vector<double> map;
    auto next_lower = lower.begin();
    auto next_upper = upper.begin();
    for (size_t i = 0; i < size; ++i) {
      for (size_t j = 0; j < size; ++j) {
        map.push_back(i <= j ? *next_upper++ : *next_lower++);
      }
    }
    return map;
  }

 private:
  void Scale(std::vector<double>* values) const {
    std::vector<double> sorted;
    for (double value : *values) {
      if (std::fabs(value) > 1e-38) sorted.push_back(std::fabs(value));
    }
    std::sort(sorted.begin(), sorted.end());
    if (options_.scaling == CcfScaling::kNone || sorted.empty()) return;
    if (options_.scaling == CcfScaling::kMaximum) {
      for (double& value : *values) value /= sorted.back();
      return;
    }
    const double median = sorted[(sorted.size() - 1) / 2];
    for (double& value : *values) {
      value = std::copysign(std::log1p(std::fabs(value) / median), value);
    }
    sorted = *values;
    std::sort(sorted.begin(), sorted.end());
    const auto quantile = [&](double q) {
      return sorted[static_cast<size_t>(q * static_cast<double>(sorted.size() - 1))];
    };
    const double low = quantile(0.01);
    const double range = quantile(0.999) - low;
    for (double& value : *values) {
      value = range > 0 ? std::clamp((value - low) / range, 0.0, 1.0) : 0;
    }
  }

  const int rows_;
  const int cols_;
  const CcfOptions options_;
  const std::vector<uint8_t> mask_;
};

}  // namespace airy::transform
