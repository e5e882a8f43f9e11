#pragma once

#include <span>
#include <vector>

#include "model/answer_thresholds.h"
#include "model/metrics.h"
#include "model/split.h"
#include "preprocess/frame/result.h"

namespace airy::studies {

struct SvmOutcome {
  double c = 0;      // the penalty of errors, chosen on the validation images
  double gamma = 0;  // of the kernel exp(-gamma |x - y|^2)
  model::Thresholds thresholds;
  model::Metrics validation;  // what was chosen on: flatters
  model::Metrics test;
};

// A support-vector machine with a Gaussian kernel per class (one against the rest) on
// standardised features. C and gamma are those of a small grid with the best mean average
// precision on the validation images, thresholds those with the best F1 there. Features:
// a row of equal length per image of the set. FailedPrecondition without training or
// validation images. Deterministic.
Result<SvmOutcome> TrainSvm(std::span<const std::vector<float>> features,
                            model::LabelRows labels, const model::Split& split);

}  // namespace airy::studies
