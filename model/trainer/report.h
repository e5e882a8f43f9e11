#pragma once

#include <span>
#include <string>

#include "model/metrics.h"

namespace airy::trainer {

// A table: the micro and macro figures of `metrics` beside those of the constant answer,
// then one row for each of the classes. Thresholds as model::Answer() takes them.
std::string MetricsTable(const model::Metrics& metrics, const model::Metrics& constant,
                         std::span<const float> thresholds,
                         const model::ClassList& classes);

}  // namespace airy::trainer
