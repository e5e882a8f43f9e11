#pragma once

#include <vector>

#include "model/simulation/labels.h"
#include "model/simulation/random.h"

namespace airy::simulation {

// The label combinations of CXIDB-94 that have a visible hit and that these shapes reach:
// 28 of 43. Left out are those without a super-class, Asymmetric capsules that are not
// Bent, and Layered together with Newton or Double Rings, which would take three
// droplets. Immutable, so thread-safe.
class Prior {
 public:
  // Share of images without a visible hit: 211 of 7264.
  static constexpr double kEmptyShare = 0.029;

  Prior();
  // A combination as often as among the labelled images.
  Labels Draw(Random* random) const;
  // A combination with the class, as often as among the images that have the class.
  Labels DrawWith(int class_index, Random* random) const;
  // The classes that occur, without `empty`.
  const std::vector<int>& classes() const { return classes_; }

 private:
  std::vector<int> classes_;
};

}  // namespace airy::simulation
