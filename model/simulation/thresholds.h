#pragma once

#include "model/simulation/random.h"

namespace airy::simulation {

// Where a person says yes.
struct Thresholds {
  double flattening = 0.07;  // elliptical: 1 - projected ratio above this
  double streak_below_deg = 38;
  double bent_above_deg = 8.5;
  double elliptical_asymmetry = 0.05;
  double prolate_asymmetry = 0.24;
};

// Thresholds of somebody less constant: each shifted by a logistic random number of width
// `scale` (0..1) times 15 % of itself. Labels near a threshold are flipped by that, and
// those implied by each other together.
Thresholds Disturbed(double scale, Random* random);

}  // namespace airy::simulation
