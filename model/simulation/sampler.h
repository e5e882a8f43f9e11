#pragma once

#include <memory>

#include "model/simulation/labels.h"
#include "model/simulation/light.h"
#include "model/simulation/random.h"

namespace airy::simulation {

// A hit before the detector: its scene, its light and what it is labelled.
struct Hit {
  Scene scene;
  std::shared_ptr<const Light> light;
  Labels labels{};
};

// Draws scenes until one shows the classes of `target`, by the rules of LabelsOf; after
// kTries light simulations the last scene is kept with whatever classes it does show.
// Radii, energies and axes follow the distributions in the README, under that condition.
Hit DrawHit(const Labels& target, Random* random);

inline constexpr int kTries = 24;

// The central hole of a shot, as an angle from the beam.
double DrawHoleDeg(Random* random);

}  // namespace airy::simulation
