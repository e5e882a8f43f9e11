#pragma once

#include <span>
#include <vector>

#include "model/simulation/labels.h"
#include "model/simulation/random.h"

namespace airy::simulation {

// Classes that occur together, and how many of the 7264 images of CXIDB-94 have exactly
// these.
struct Combination {
  Labels labels{};
  int images = 0;
};

// The joint distribution of labels in CXIDB-94. Immutable, so thread-safe.
class Prior {
 public:
  static constexpr int kImages = 7264;
  // Share of images without a visible hit.
  static constexpr double kEmptyShare = 211.0 / kImages;

  // All 43, the most frequent first. One of them is `empty`.
  static std::span<const Combination> Combinations();

  // A combination as often as among the images with a visible hit.
  static Labels Draw(Random* random);
  // A combination with the class, as often as among the images that have the class; the
  // class is not `empty`.
  static Labels DrawWith(int class_index, Random* random);
};

}  // namespace airy::simulation
