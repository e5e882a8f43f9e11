#pragma once

#include <span>
#include <vector>

#include "model/metrics.h"

namespace airy::model {

// What a class's probabilities are worth at every threshold.
struct PrecisionRecallPoint {
  float threshold = 0;
  double precision = 0;
  double recall = 0;
};

// The points at each probability that occurs, from the highest on: recall rises to 1.
// None for a class without positives. Rows are of the same images and
// classes.
std::vector<PrecisionRecallPoint> PrecisionRecallCurve(int class_index,
                                                       ProbabilityRows probabilities,
                                                       LabelRows labels);

// Average precision: sum over the curve's points of precision times the rise of recall.
// Images of equal probability count as one point, so that constant probabilities get
// their class's share of images. 0 for an empty curve.
double AveragePrecision(std::span<const PrecisionRecallPoint> curve);

struct AveragePrecisions {
  ClassFigures classes;  // 0 for a class without positives
  double mean = 0;       // over the classes with positives
};
AveragePrecisions MeasureAveragePrecision(ProbabilityRows probabilities,
                                          LabelRows labels);

}  // namespace airy::model
