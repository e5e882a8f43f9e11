#pragma once

#include <string>

#include "model/metrics.h"

namespace airy::trainer {

// A table: the micro and macro figures of `metrics` beside those of the constant answer
// "Spherical/Oblate and Round", then one row per class.
std::string MetricsTable(const model::Metrics& metrics, const model::Metrics& constant,
                         const ClassProbabilities& thresholds);

}  // namespace airy::trainer
