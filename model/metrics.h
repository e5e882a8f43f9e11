#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "preprocess/frame/label_rules.h"

namespace airy::model {

using airy::Labels;

// One figure per class.
using ClassFigures = std::array<double, kClassCount>;

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

// The classes whose probability >= their threshold.
Labels Answer(const ClassProbabilities& probabilities,
              const ClassProbabilities& thresholds);

// Counts of answers. Spans have the same size.
Metrics Measure(std::span<const Labels> answers, std::span<const Labels> labels);
Metrics Measure(std::span<const ClassProbabilities> probabilities,
                std::span<const Labels> labels, const ClassProbabilities& thresholds);

// The constant answer "Spherical/Oblate and Round" for every image.
Metrics MeasureConstantAnswer(std::span<const Labels> labels);

}  // namespace airy::model
