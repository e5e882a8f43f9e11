#include "model/precision_recall.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "preprocess/frame/check.h"

namespace airy::model {

std::vector<PrecisionRecallPoint> PrecisionRecallCurve(int class_index,
                                                       ProbabilityRows probabilities,
                                                       LabelRows labels) {
  AIRY_CHECK(probabilities.size() == labels.size());
  const auto c = static_cast<size_t>(class_index);
  std::vector<std::pair<float, bool>> scored;
  ClassMetrics counts;
  for (size_t i = 0; i < labels.size(); ++i) {
    scored.emplace_back(probabilities[i][c], labels[i][c] != 0);
    counts.false_negatives += scored.back().second;
  }
  std::sort(scored.begin(), scored.end(), std::greater<>());
  std::vector<PrecisionRecallPoint> curve;
  if (counts.positives() == 0) return curve;
  for (size_t i = 0; i < scored.size(); ++i) {
    const auto [probability, positive] = scored[i];
    counts.true_positives += positive;
    counts.false_negatives -= positive;
    counts.false_positives += !positive;
    if (i + 1 < scored.size() && scored[i + 1].first == probability) continue;
    curve.push_back({probability, counts.Precision(), counts.Recall()});
  }
  return curve;
}

double AveragePrecision(std::span<const PrecisionRecallPoint> curve) {
  double sum = 0;
  double recall = 0;
  for (const PrecisionRecallPoint& point : curve) {
    sum += point.precision * (point.recall - recall);
    recall = point.recall;
  }
  return sum;
}

AveragePrecisions MeasureAveragePrecision(ProbabilityRows probabilities,
                                          LabelRows labels) {
  AveragePrecisions result;
  result.classes.resize(labels.classes());
  int counted = 0;
  for (size_t c = 0; c < labels.classes(); ++c) {
    const auto curve = PrecisionRecallCurve(static_cast<int>(c), probabilities, labels);
    if (curve.empty()) continue;
    const double average = AveragePrecision(curve);
    result.classes[c] = average;
    result.mean += average;
    ++counted;
  }
  if (counted > 0) result.mean /= counted;
  return result;
}

}  // namespace airy::model
