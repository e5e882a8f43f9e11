#include "model/metrics.h"

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

Labels Answer(const ClassProbabilities& probabilities,
              const ClassProbabilities& thresholds) {
  Labels answer;
  for (size_t c = 0; c < kClassCount; ++c) {
    answer[c] = probabilities[c] >= thresholds[c] ? 1 : 0;
  }
  return answer;
}

Metrics Measure(std::span<const Labels> answers, std::span<const Labels> labels) {
  AIRY_CHECK(answers.size() == labels.size());
  Metrics metrics;
  metrics.images = std::ssize(labels);
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < kClassCount; ++c) {
      const bool answered = answers[i][c] != 0;
      const bool positive = labels[i][c] != 0;
      metrics.classes[c].true_positives += answered && positive;
      metrics.classes[c].false_positives += answered && !positive;
      metrics.classes[c].false_negatives += !answered && positive;
    }
  }
  return metrics;
}

Metrics Measure(std::span<const ClassProbabilities> probabilities,
                std::span<const Labels> labels, const ClassProbabilities& thresholds) {
  std::vector<Labels> answers;
  answers.reserve(probabilities.size());
  for (const ClassProbabilities& p : probabilities) {
    answers.push_back(Answer(p, thresholds));
  }
  return Measure(answers, labels);
}

Metrics MeasureConstantAnswer(std::span<const Labels> labels) {
  Labels answer{};
  answer[kSphericalOblate] = 1;
  answer[kRound] = 1;
  return Measure(std::vector<Labels>(labels.size(), answer), labels);
}

}  // namespace airy::model
