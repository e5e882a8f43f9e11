#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/metrics.h"

namespace airy::model {

inline constexpr int kReliabilityBins = 15;

// Cells (image x class) whose probability p is in one bin, [k, k + 1) / kReliabilityBins;
// the last includes 1.
struct ReliabilityBin {
  int64_t cells = 0;
  double probability_sum = 0;
  int64_t positives = 0;

  // 0 for an empty bin.
  double MeanProbability() const { return cells == 0 ? 0 : probability_sum / Cells(); }
  double PositiveShare() const {
    return cells == 0 ? 0 : static_cast<double>(positives) / Cells();
  }

 private:
  double Cells() const { return static_cast<double>(cells); }
};

// Whether a probability of 0.7 means that the class applies in 7 cells of 10.
struct Reliability {
  std::array<ReliabilityBin, kReliabilityBins> bins;
  double squared_error_sum = 0;

  void Add(float probability, bool positive);

  int64_t cells() const;
  // Expected calibration error: the mean over cells of |mean probability - share of
  // positives| of their bin. 0 for no cells.
  double CalibrationError() const;
  // Mean of (probability - label)^2. 0 for no cells.
  double BrierScore() const;
};

struct Reliabilities {
  Reliability all;  // over all cells
  std::vector<Reliability> classes;
};
// Rows are of the same images and classes; probabilities are in 0..1.
Reliabilities MeasureReliability(ProbabilityRows probabilities, LabelRows labels);

}  // namespace airy::model
