#include "model/evaluation.h"

#include <algorithm>
#include <vector>

#include "model/answer_thresholds.h"
#include "preprocess/frame/check.h"

namespace airy::model {

Evaluation Evaluate(std::span<const ClassProbabilities> probabilities,
                    std::span<const Labels> labels,
                    const ClassProbabilities& thresholds) {
  AIRY_CHECK(probabilities.size() == labels.size());
  std::vector<Labels> answers;
  answers.reserve(probabilities.size());
  for (const ClassProbabilities& p : probabilities) {
    answers.push_back(Answer(p, thresholds));
  }
  Evaluation evaluation;
  evaluation.metrics = Measure(answers, labels);
  evaluation.average_precision = MeasureAveragePrecision(probabilities, labels);
  evaluation.reliability = MeasureReliability(probabilities, labels);
  evaluation.violations = CountViolations(answers);
  evaluation.combinations = TabulateCombinations(answers, labels);
  return evaluation;
}

Evaluation EvaluateConstant(std::span<const Labels> labels) {
  ClassProbabilities shares;
  for (size_t c = 0; c < kClassCount; ++c) {
    const auto positives =
        std::ranges::count_if(labels, [c](const Labels& row) { return row[c] != 0; });
    shares[c] = labels.empty()
                    ? 0
                    : static_cast<float>(positives) / static_cast<float>(labels.size());
  }
  ClassProbabilities thresholds = EqualThresholds(2);  // never reached
  thresholds[kSphericalOblate] = thresholds[kRound] = 0;
  return Evaluate(std::vector<ClassProbabilities>(labels.size(), shares), labels,
                  thresholds);
}

}  // namespace airy::model
