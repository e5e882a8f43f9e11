#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "preprocess/frame/classes.h"

namespace airy::model {

// 1 where the class applies.
using Labels = std::array<uint8_t, kClassCount>;

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
// tops (accuracy 0.933 on the real labels), and the macro figures, which it does not.
struct Metrics {
  int64_t images = 0;
  std::array<ClassMetrics, kClassCount> classes;

  double Accuracy() const;
  double Precision() const;
  double Recall() const;
  // Mean F1 over the classes with at least `min_positives` positives; 0 when there is
  // none.
  double MacroF1(int64_t min_positives = 1) const;
};

// A class is answered when its probability >= its threshold. Spans have the same size.
Metrics Measure(std::span<const ClassProbabilities> probabilities,
                std::span<const Labels> labels, const ClassProbabilities& thresholds);

// The constant answer "Spherical/Oblate and Round" for every image.
Metrics MeasureConstantAnswer(std::span<const Labels> labels);

// For each class the threshold with the highest F1 on these images, halfway between the
// two probabilities it separates. 0.5 for a class without positives or without negatives:
// nothing can be learned from it.
ClassProbabilities TuneThresholds(std::span<const ClassProbabilities> probabilities,
                                  std::span<const Labels> labels);

// The same value for every class.
ClassProbabilities EqualThresholds(float threshold);

}  // namespace airy::model
