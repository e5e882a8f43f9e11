#pragma once

#include <optional>
#include <vector>

#include "model/simulation/droplet.h"

namespace airy::simulation {

// Another droplet in the focal volume: a sphere.
struct Companion {
  double radius_nm = 0;
  Vector3 separation_um{};  // from the first droplet
  double amplitude = 1;     // field that lights it, relative to the first droplet's
  // Whether the light of the two interferes on the detector; else intensities add.
  bool coherent = true;
};

// Residual harmonic light in the pulse: the same droplets scatter it too, and intensities
// add.
struct SecondColour {
  double photon_energy_ev = 0;
  double weight = 0;  // photons of this colour per photon of the first
};

// What one pulse meets: the physics of a shot, without the detector.
struct Scene {
  double photon_energy_ev = 0;
  Droplet droplet = Droplet::Sphere(1);
  std::vector<Companion> companions;  // two at most
  std::optional<SecondColour> second_colour;
  double photons = 0;   // expected on the plate outside the hole
  double hole_deg = 0;  // the plate's central hole, as an angle from the beam
};

}  // namespace airy::simulation
