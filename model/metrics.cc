#include "model/metrics.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

double Ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassMetrics SumOverClasses(const Metrics& metrics) {
  ClassMetrics sum;
  for (const ClassMetrics& one : metrics.classes) {
    sum.true_positives += one.true_positives;
    sum.false_positives += one.false_positives;
    sum.false_negatives += one.false_negatives;
  }
  return sum;
}

float TuneThreshold(std::vector<std::pair<float, bool>> scored) {
  std::sort(scored.begin(), scored.end(), std::greater<>());
  ClassMetrics counts;
  for (const auto& [probability, positive] : scored) counts.false_negatives += positive;
  if (counts.positives() == 0 || counts.positives() == std::ssize(scored)) return 0.5F;
  double best_f1 = 0;
  float best = 0.5F;
  for (size_t i = 0; i < scored.size(); ++i) {
    const auto [probability, positive] = scored[i];
    counts.true_positives += positive;
    counts.false_negatives -= positive;
    counts.false_positives += !positive;
    const float next = i + 1 < scored.size() ? scored[i + 1].first : 0.0F;
    if (next == probability) continue;  // equal probabilities fall on the same side
    if (counts.F1() > best_f1) {
      best_f1 = counts.F1();
      best = (probability + next) / 2;
    }
  }
  return best;
}

}  // namespace

double ClassMetrics::Precision() const {
  return Ratio(true_positives, true_positives + false_positives);
}
double ClassMetrics::Recall() const { return Ratio(true_positives, positives()); }
double ClassMetrics::F1() const {
  return Ratio(2 * true_positives,
               2 * true_positives + false_positives + false_negatives);
}

double Metrics::Accuracy() const {
  const ClassMetrics sum = SumOverClasses(*this);
  const int64_t cells = images * kClassCount;
  return Ratio(cells - sum.false_positives - sum.false_negatives, cells);
}
double Metrics::Precision() const { return SumOverClasses(*this).Precision(); }
double Metrics::Recall() const { return SumOverClasses(*this).Recall(); }

double Metrics::MacroF1(int64_t min_positives) const {
  double sum = 0;
  int counted = 0;
  for (const ClassMetrics& one : classes) {
    if (one.positives() < min_positives) continue;
    sum += one.F1();
    ++counted;
  }
  return counted == 0 ? 0.0 : sum / counted;
}

Metrics Measure(std::span<const ClassProbabilities> probabilities,
                std::span<const Labels> labels, const ClassProbabilities& thresholds) {
  AIRY_CHECK(probabilities.size() == labels.size());
  Metrics metrics;
  metrics.images = std::ssize(labels);
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < kClassCount; ++c) {
      const bool answered = probabilities[i][c] >= thresholds[c];
      const bool positive = labels[i][c] != 0;
      metrics.classes[c].true_positives += answered && positive;
      metrics.classes[c].false_positives += answered && !positive;
      metrics.classes[c].false_negatives += !answered && positive;
    }
  }
  return metrics;
}

Metrics MeasureConstantAnswer(std::span<const Labels> labels) {
  ClassProbabilities answer{};
  answer[kSphericalOblate] = 1;
  answer[kRound] = 1;
  return Measure(std::vector<ClassProbabilities>(labels.size(), answer), labels,
                 EqualThresholds(0.5F));
}

ClassProbabilities TuneThresholds(std::span<const ClassProbabilities> probabilities,
                                  std::span<const Labels> labels) {
  AIRY_CHECK(probabilities.size() == labels.size());
  ClassProbabilities thresholds;
  std::vector<std::pair<float, bool>> scored(labels.size());
  for (size_t c = 0; c < kClassCount; ++c) {
    for (size_t i = 0; i < labels.size(); ++i) {
      scored[i] = {probabilities[i][c], labels[i][c] != 0};
    }
    thresholds[c] = TuneThreshold(scored);
  }
  return thresholds;
}

ClassProbabilities EqualThresholds(float threshold) {
  ClassProbabilities thresholds;
  thresholds.fill(threshold);
  return thresholds;
}

}  // namespace airy::model
