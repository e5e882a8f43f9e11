#pragma once

#include <span>
#include <vector>

#include "model/class_table.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// Thresholds, one per class, turn probabilities into answers: a class is answered when
// its probability >= its threshold.
using Thresholds = std::vector<float>;

// The same value for every class.
Thresholds EqualThresholds(float threshold, size_t classes = kClassCount);

// For each class the threshold with the highest F1 on these images, halfway between the
// two probabilities it separates. 0.5 for a class without positives or without negatives:
// nothing can be learned from it. Rows are of the same images and classes.
Thresholds TuneThresholds(ProbabilityRows probabilities, LabelRows labels);

// For the eleven classes. A structured head's probabilities of two classes that exclude
// each other sum to at most 1, and a class that needs another is at most as probable.
// Such answers keep kLabelRules for certain when
//   t(a) + t(b) > 1   where a excludes b,
//   t(a) >= t(b)      where a needs b.
// InvalidArgument names the first rule for which the thresholds do not, and both.
Status CheckConsistent(std::span<const float> thresholds);

// Of all thresholds on a grid of 0.005 that are consistent in this sense, those with the
// highest macro-F1 on these images; of equal ones the nearest to TuneThresholds. For the
// eleven classes; rows are of the same images.
Thresholds TuneConsistentThresholds(ProbabilityRows probabilities, LabelRows labels);

}  // namespace airy::model
