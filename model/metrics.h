#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/class_list.h"
#include "model/class_table.h"
#include "preprocess/frame/label_rules.h"

namespace airy::model {

using airy::Labels;

// One figure per class.
using ClassFigures = std::vector<double>;

struct ClassMetrics {
  int64_t true_positives = 0;
  int64_t false_positives = 0;
  int64_t false_negatives = 0;

  int64_t positives() const { return true_positives + false_negatives; }
  // 0 where the denominator is 0.
  double Precision() const;
  double Recall() const;
  double F1() const;
};

// How well images are labelled: the paper's micro figures over all image x class cells
// (PRE 99, 063309, Sect. 4), which the constant answer "Spherical/Oblate, Round" nearly
// tops (accuracy 0.933 on the real labels), and the macro figures, which it does not. So
// for classes that exclude each other as well: the share of images that are answered
// right is CombinationTable::exact() over its images.
struct Metrics {
  int64_t images = 0;
  std::vector<ClassMetrics> classes;

  double Accuracy() const;
  double Precision() const;
  double Recall() const;
  // Mean F1 over the classes with at least `min_positives` positives; 0 when there is
  // none.
  double MacroF1(int64_t min_positives = 1) const;
};

// Probabilities become answers by thresholds, one per class: the classes whose
// probability >= their threshold. Without thresholds, as for a softmax, whose classes
// exclude each other, by the most probable class alone (of equal ones the first).
LabelTable Answer(ProbabilityRows probabilities, std::span<const float> thresholds);

// Counts of answers. Rows are of the same images and classes.
Metrics Measure(LabelRows answers, LabelRows labels);
Metrics Measure(ProbabilityRows probabilities, LabelRows labels,
                std::span<const float> thresholds);

// The same answer for every image. Of the eleven classes it is "Spherical/Oblate and
// Round", as most of CXIDB-94; of others the most frequent combination of labels among
// these images (of equal ones that of the first classes).
LabelTable ConstantAnswer(LabelRows labels, const ClassList& classes);
Metrics MeasureConstantAnswer(LabelRows labels,
                              const ClassList& classes = ElevenClasses());

}  // namespace airy::model
