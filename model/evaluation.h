#pragma once

#include <optional>
#include <span>

#include "model/class_list.h"
#include "model/combination_table.h"
#include "model/metrics.h"
#include "model/precision_recall.h"
#include "model/reliability.h"
#include "model/rule_violations.h"

namespace airy::model {

// All there is to say about probabilities and the answers they lead to, on labelled
// images.
struct Evaluation {
  ClassList classes;
  Metrics metrics;
  AveragePrecisions average_precision;
  Reliabilities reliability;
  std::optional<RuleViolations>
      violations;  // of the eleven classes; others have no rules
  CombinationTable combinations;
};

// Rows are of the same images and of these classes; probabilities are in 0..1. Answers
// are given as by Answer().
Evaluation Evaluate(ProbabilityRows probabilities, LabelRows labels,
                    std::span<const float> thresholds,
                    const ClassList& classes = ElevenClasses());

// The baseline that looks at no image: it gives the ConstantAnswer, and every class the
// share of these images that have it as its probability. No constant has a better Brier
// score; its average precision is that share, its calibration error 0.
Evaluation EvaluateConstant(LabelRows labels, const ClassList& classes = ElevenClasses());

}  // namespace airy::model
