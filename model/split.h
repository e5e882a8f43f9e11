#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/class_list.h"
#include "model/class_table.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Of a set's images; what is left is for training.
struct SplitShares {
  double validation = 0;  // 0..0.45
  double test = 0;        // 0..0.45
  // Of the images for training, those that are used, as if the others had no labels; the
  // other parts stay as they are. 0.001..1
  double training = 1;
};

// Numbers of images. Training moves the weights, validation chooses between epochs and
// fits thresholds and temperature, test is scored.
struct Split {
  std::vector<int64_t> training;
  std::vector<int64_t> validation;
  std::vector<int64_t> test;
};

// Splits images, by seed, so that every part has its share of every combination of
// labels: within two images of each combination and one of all. A part with a share has
// at least one image, training at least two; FailedPrecondition when there are too few
// images for that. Of the training images a smaller share is part of every larger one,
// and has its share of every combination within a few images (half or a quarter: one).
Result<Split> SplitByLabels(LabelRows labels, const SplitShares& shares, uint64_t seed);

// FailedPrecondition names the first class that none of these images has.
Status CheckAllClassesPresent(LabelRows labels, std::span<const int64_t> images,
                              const ClassList& classes = ElevenClasses());

}  // namespace airy::model
