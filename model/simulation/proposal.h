#pragma once

#include "model/simulation/labels.h"
#include "model/simulation/random.h"
#include "model/simulation/scene.h"
#include "model/simulation/scene_ranges.h"

namespace airy::simulation {

// Draws scenes that have not been labelled yet. Radii, spins, axes, energies and photons
// follow the distributions in the README. Immutable, so thread-safe.
class Proposal {
 public:
  explicit Proposal(SceneRanges ranges);

  // One droplet, from physics alone.
  Scene Draw(Random* random) const;
  // A scene of the kind that shows the classes of `target`: often enough, not always.
  Scene DrawFor(const Labels& target, Random* random) const;
  // One droplet that sends out a few photons.
  Scene DrawFaint(Random* random) const;
  // Of the beam alone, whatever it meets.
  double DrawPhotonEnergyEv(Random* random) const;
  double DrawHoleDeg(Random* random) const;

 private:
  // An energy whose grid holds the scene's droplets; any where none is found soon.
  double DrawPhotonEnergyEv(const Scene& scene, Random* random) const;
  Scene DrawTwoRingDroplet(const Scene& bare, Random* random) const;
  Scene Finished(Scene scene, Random* random) const;

  const SceneRanges ranges_;
  double shares_ = 0;
};

// Whether the scene's droplets are within the grid's budget at its photon energies.
bool FitsGrid(const Scene& scene);

}  // namespace airy::simulation
