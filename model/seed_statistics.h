#pragma once

#include <optional>
#include <span>

#include "model/bootstrap.h"

namespace airy::model {

// One figure of several trainings that differ in their seed alone.
struct SeedStatistics {
  int models = 0;
  double mean = 0;
  // Of the mean. From two models on.
  std::optional<double> standard_error;
  // Of 95 %: mean -+ Student's t for models - 1 degrees of freedom, times that error.
  std::optional<Interval> interval;
};

SeedStatistics SummariseSeeds(std::span<const double> figures);

}  // namespace airy::model
