#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/augmentation_options.h"
#include "model/dataset.h"
#include "model/split.h"
#include "preprocess/frame/result.h"

namespace airy::model {

struct InputRange {
  float p01 = 0;
  float p99 = 0;
};

// Which of the training images an epoch has.
struct Sampling {
  int64_t images = 0;  // so many of them, without repetition; 0: all
  // Where it has not all: an image is drawn with a weight of (1 / share of its rarest
  // class)^balance. 0: all alike; 0.5: as by the repeat factors of Gupta et al., CVPR
  // 2019.
  double balance = 0;
};

// Which image is used when, from a seed alone, so that a training that goes on after a
// stop sees what it would have seen. Immutable, thread-safe.
class SamplePlan {
 public:
  // `labels` of the whole set, by image.
  SamplePlan(uint64_t seed, Split split, const Sampling& sampling, LabelRows labels);

  const Split& split() const { return split_; }
  // Training images in an epoch.
  int64_t epoch_images() const { return epoch_images_; }
  // Those of an epoch, in its order.
  std::vector<int64_t> EpochOrder(int epoch) const;
  // Quantiles 0.01 and 0.99 of the mean count per pixel under gains spread evenly over
  // the range's logarithm; of the training images, or of up to 1024, evenly spread. As
  // Dataset::Read.
  Result<InputRange> InputMeans(const Dataset& dataset, const GainRange& gains) const;

 private:
  const uint64_t seed_;
  const Split split_;
  const int64_t epoch_images_;
  std::vector<double> weights_;  // of the training images; empty: an epoch has all
};

}  // namespace airy::model
