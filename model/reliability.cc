#include "model/reliability.h"

#include <algorithm>
#include <cmath>

#include "preprocess/frame/check.h"

namespace airy::model {

void Reliability::Add(float probability, bool positive) {
  const int bin = std::clamp(static_cast<int>(probability * kReliabilityBins), 0,
                             kReliabilityBins - 1);
  ReliabilityBin& into = bins[static_cast<size_t>(bin)];
  const auto p = static_cast<double>(probability);
  ++into.cells;
  into.probability_sum += p;
  into.positives += positive;
  squared_error_sum += (p - positive) * (p - positive);
}

int64_t Reliability::cells() const {
  int64_t sum = 0;
  for (const ReliabilityBin& bin : bins) sum += bin.cells;
  return sum;
}

double Reliability::CalibrationError() const {
  double sum = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += std::abs(bin.probability_sum - static_cast<double>(bin.positives));
  }
  return cells() == 0 ? 0 : sum / static_cast<double>(cells());
}

double Reliability::BrierScore() const {
  return cells() == 0 ? 0 : squared_error_sum / static_cast<double>(cells());
}

Reliabilities MeasureReliability(ProbabilityRows probabilities, LabelRows labels) {
  AIRY_CHECK(probabilities.size() == labels.size());
  Reliabilities result;
  result.classes.resize(labels.classes());
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < labels.classes(); ++c) {
      result.all.Add(probabilities[i][c], labels[i][c] != 0);
      result.classes[c].Add(probabilities[i][c], labels[i][c] != 0);
    }
  }
  return result;
}

}  // namespace airy::model
