#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/metrics.h"

namespace airy::model {

struct Interval {
  double low = 0;
  double high = 0;
};

struct BootstrapOptions {
  int resamples = 1000;  // at least 1
  uint64_t seed = 1;
};

// How far figures would move with another set of as many images: 95 % of the resamples
// lie between the two ends.
struct EvaluationIntervals {
  Interval accuracy;
  Interval precision;
  Interval recall;
  Interval macro_f1;  // over the classes that a resample has
  Interval mean_average_precision;
  // Over the resamples that have the class; 0..0 when none has.
  std::vector<Interval> f1;
  std::vector<Interval> average_precision;
};

// The percentile bootstrap over images, which keeps the classes of an image together:
// each resample draws as many images, with replacement, and all figures come from how
// often each was drawn. The same seed draws the same images for every model, so that the
// ends of two models' intervals move together. Rows are of the same images and classes;
// answers are given as by Answer().
EvaluationIntervals Bootstrap(ProbabilityRows probabilities, LabelRows labels,
                              std::span<const float> thresholds,
                              const BootstrapOptions& options = {});

}  // namespace airy::model
