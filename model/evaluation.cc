#include "model/evaluation.h"

#include <vector>

#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

Evaluation Put(LabelRows answers, ProbabilityRows probabilities, LabelRows labels,
               const ClassList& classes) {
  AIRY_CHECK(probabilities.size() == labels.size() &&
             (labels.empty() || labels.classes() == classes.size()));
  Evaluation evaluation;
  evaluation.classes = classes;
  evaluation.metrics = Measure(answers, labels);
  evaluation.average_precision = MeasureAveragePrecision(probabilities, labels);
  evaluation.reliability = MeasureReliability(probabilities, labels);
  if (AreTheEleven(classes)) evaluation.violations = CountViolations(answers);
  evaluation.combinations = TabulateCombinations(answers, labels);
  return evaluation;
}

}  // namespace

Evaluation Evaluate(ProbabilityRows probabilities, LabelRows labels,
                    std::span<const float> thresholds, const ClassList& classes) {
  return Put(Answer(probabilities, thresholds), probabilities, labels, classes);
}

Evaluation EvaluateConstant(LabelRows labels, const ClassList& classes) {
  std::vector<float> shares(classes.size());
  for (size_t c = 0; c < classes.size(); ++c) {
    for (size_t i = 0; i < labels.size(); ++i) shares[c] += labels[i][c];
    if (!labels.empty()) shares[c] /= static_cast<float>(labels.size());
  }
  ProbabilityTable probabilities(classes.size());
  for (size_t i = 0; i < labels.size(); ++i) probabilities.Add(shares);
  return Put(ConstantAnswer(labels, classes), probabilities, labels, classes);
}

}  // namespace airy::model
