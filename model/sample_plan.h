#pragma once

#include <cstdint>
#include <vector>

#include "model/augmentation_options.h"
#include "model/dataset.h"
#include "model/split.h"

namespace airy::model {

struct InputRange {
  float p01 = 0;
  float p99 = 0;
};

// Which image is used when, from a seed alone, so that a training that goes on after a
// stop sees what it would have seen. Immutable, thread-safe.
class SamplePlan {
 public:
  SamplePlan(uint64_t seed, Split split) : seed_(seed), split_(std::move(split)) {}

  const Split& split() const { return split_; }
  // The training images, in the order of an epoch.
  std::vector<int64_t> EpochOrder(int epoch) const;
  // Quantiles 0.01 and 0.99 of the mean count per pixel of the training images under
  // gains spread evenly over the range's logarithm.
  InputRange InputMeans(const Dataset& dataset, const GainRange& gains) const;

 private:
  const uint64_t seed_;
  const Split split_;
};

}  // namespace airy::model
