#pragma once

#include <span>

#include "model/combination_table.h"
#include "model/metrics.h"
#include "model/precision_recall.h"
#include "model/reliability.h"
#include "model/rule_violations.h"

namespace airy::model {

// All there is to say about probabilities and the answers they lead to, on labelled
// images.
struct Evaluation {
  Metrics metrics;
  AveragePrecisions average_precision;
  Reliabilities reliability;
  RuleViolations violations;
  CombinationTable combinations;
};

// Spans have the same size; probabilities are in 0..1.
Evaluation Evaluate(std::span<const ClassProbabilities> probabilities,
                    std::span<const Labels> labels, const ClassProbabilities& thresholds);

// The baseline that looks at no image: it answers "Spherical/Oblate and Round" and gives
// every class the share of these images that have it as its probability. No constant has
// a better Brier score; its average precision is that share, its calibration error 0.
Evaluation EvaluateConstant(std::span<const Labels> labels);

}  // namespace airy::model
