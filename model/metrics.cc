#include "model/metrics.h"

#include <algorithm>
#include <map>
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
  const int64_t cells = images * std::ssize(classes);
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

LabelTable Answer(ProbabilityRows probabilities, std::span<const float> thresholds) {
  AIRY_CHECK(thresholds.empty() || probabilities.empty() ||
             thresholds.size() == probabilities.classes());
  const size_t classes = std::max<size_t>(
      probabilities.empty() ? thresholds.size() : probabilities.classes(), 1);
  LabelTable answers(classes);
  std::vector<uint8_t> answer(classes);
  for (size_t i = 0; i < probabilities.size(); ++i) {
    const std::span<const float> p = probabilities[i];
    std::ranges::fill(answer, 0);
    if (thresholds.empty()) {
      answer[static_cast<size_t>(std::ranges::max_element(p) - p.begin())] = 1;
    } else {
      std::ranges::transform(p, thresholds, answer.begin(),
                             [](float value, float threshold) {
                               return static_cast<uint8_t>(value >= threshold);
                             });
    }
    answers.Add(answer);
  }
  return answers;
}

Metrics Measure(LabelRows answers, LabelRows labels) {
  AIRY_CHECK(answers.size() == labels.size() &&
             (labels.empty() || answers.classes() == labels.classes()));
  Metrics metrics;
  metrics.images = std::ssize(labels);
  metrics.classes.resize(labels.classes());
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < labels.classes(); ++c) {
      const bool answered = answers[i][c] != 0;
      const bool positive = labels[i][c] != 0;
      metrics.classes[c].true_positives += answered && positive;
      metrics.classes[c].false_positives += answered && !positive;
      metrics.classes[c].false_negatives += !answered && positive;
    }
  }
  return metrics;
}

Metrics Measure(ProbabilityRows probabilities, LabelRows labels,
                std::span<const float> thresholds) {
  return Measure(Answer(probabilities, thresholds), labels);
}

LabelTable ConstantAnswer(LabelRows labels, const ClassList& classes) {
  AIRY_CHECK(labels.empty() || labels.classes() == classes.size());
  std::vector<uint8_t> answer(classes.size());
  if (AreTheEleven(classes)) {
    answer[kSphericalOblate] = answer[kRound] = 1;
  } else {
    std::map<std::vector<uint8_t>, int64_t, FirstClassesFirst> counts;
    int64_t most = 0;
    for (size_t i = 0; i < labels.size(); ++i) {
      ++counts[{labels[i].begin(), labels[i].end()}];
    }
    for (const auto& [combination, images] : counts) {
      if (images <= most) continue;
      most = images;
      answer = combination;
    }
  }
  LabelTable answers(classes.size());
  for (size_t i = 0; i < labels.size(); ++i) answers.Add(answer);
  return answers;
}

Metrics MeasureConstantAnswer(LabelRows labels, const ClassList& classes) {
  return Measure(ConstantAnswer(labels, classes), labels);
}

}  // namespace airy::model
