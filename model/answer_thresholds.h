#pragma once

#include <span>

#include "preprocess/frame/label_rules.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// Thresholds turn probabilities into answers: a class is answered when its probability >=
// its threshold.

// The same value for every class.
ClassProbabilities EqualThresholds(float threshold);

// For each class the threshold with the highest F1 on these images, halfway between the
// two probabilities it separates. 0.5 for a class without positives or without negatives:
// nothing can be learned from it. Spans have the same size.
ClassProbabilities TuneThresholds(std::span<const ClassProbabilities> probabilities,
                                  std::span<const Labels> labels);

// A structured head's probabilities of two classes that exclude each other sum to at most
// 1, and a class that needs another is at most as probable. Such answers keep kLabelRules
// for certain when
//   t(a) + t(b) > 1   where a excludes b,
//   t(a) >= t(b)      where a needs b.
// InvalidArgument names the first rule for which the thresholds do not, and both.
Status CheckConsistent(const ClassProbabilities& thresholds);

// Of all thresholds on a grid of 0.005 that are consistent in this sense, those with the
// highest macro-F1 on these images; of equal ones the nearest to TuneThresholds. Spans
// have the same size.
ClassProbabilities TuneConsistentThresholds(
    std::span<const ClassProbabilities> probabilities, std::span<const Labels> labels);

}  // namespace airy::model
