#pragma once

#include <cstdint>
#include <vector>

#include "model/dataset.h"

namespace airy::model {

struct Augmentation {
  int symmetry = 0;  // as in Dataset::Copy
  float gain = 1;
};

// Factors on the counts, drawn log-uniformly.
struct GainRange {
  double low = 1;
  double high = 1;
};

struct InputRange {
  float p01 = 0;
  float p99 = 0;
};

// Which image is used when and how, from a seed alone, so that a training that goes on
// after a stop sees what it would have seen. Immutable, thread-safe.
class SamplePlan {
 public:
  // Draws validation_share of `images` (at least 1, at least 1 left) for validation.
  SamplePlan(uint64_t seed, int64_t images, double validation_share);

  const std::vector<int64_t>& training() const { return training_; }
  const std::vector<int64_t>& validation() const { return validation_; }
  std::vector<int64_t> EpochOrder(int epoch) const;
  // One of the 8 symmetries of the square and a gain.
  Augmentation Augment(int epoch, int64_t index, GainRange gains) const;
  // Quantiles 0.01 and 0.99 of the mean count per pixel of the training images under
  // gains spread evenly over the range's logarithm.
  InputRange InputMeans(const Dataset& dataset, GainRange gains) const;

 private:
  const uint64_t seed_;
  std::vector<int64_t> training_;
  std::vector<int64_t> validation_;
};

}  // namespace airy::model
