#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "model/simulation/labels.h"
#include "model/simulation/proposal.h"
#include "model/simulation/random.h"

namespace airy::simulation {

// A labelled shot before the detector.
struct Hit {
  Scene scene;
  Descriptors descriptors;
  std::shared_ptr<const Light> light;  // none where the geometry alone told the labels
  Labels labels{};

  // Simulates the light where it is missing.
  const Light& Lit();
};

// What it took to draw a hit.
struct Tries {
  int64_t drawn = 0;      // scenes
  int64_t plausible = 0;  // of these, not ruled out by their geometry
};

// Draws scenes and labels them. Immutable, so thread-safe.
class Sampler {
 public:
  // Plausible scenes that are tried for one hit.
  static constexpr int kTries = 100;

  explicit Sampler(const SceneRanges& ranges) : proposal_(ranges) {}

  // A scene whose labels are `target`, of at least one class. None after kTries plausible
  // ones, or many more that were not: the ranges hardly allow it. Adds to *tries.
  std::optional<Hit> DrawHit(const Labels& target, Random* random, Tries* tries) const;
  // One droplet from physics alone, with whatever labels it has.
  Hit DrawFromPhysics(Random* random) const;
  double DrawHoleDeg(Random* random) const { return proposal_.DrawHoleDeg(random); }
  double DrawPhotonEnergyEv(Random* random) const {
    return proposal_.DrawPhotonEnergyEv(random);
  }

 private:
  const Proposal proposal_;
};

// Gives a scene its labels, and its light where these need it.
Hit Label(const Scene& scene);
// The labels of a hit if a person's thresholds were these. May add its light.
Labels LabelsWith(const Thresholds& thresholds, Hit* hit);

}  // namespace airy::simulation
