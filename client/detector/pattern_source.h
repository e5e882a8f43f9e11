#pragma once

#include "client/detector/pattern_command.h"
#include "model/simulation/single_pattern.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

// The droplets and their material that the options describe. InvalidArgument as for
// RunPattern: out of range, or not a parameter of this shape.
Result<simulation::PatternSource> PatternSourceOf(const PatternOptions& options);

// InvalidArgument "<option> must be <range>; was <value>" unless it is within.
Status CheckRange(const char* option, double value, double low, double high);

}  // namespace airy::detector
