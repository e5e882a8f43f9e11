#pragma once

#include <optional>

#include "model/simulation/droplet.h"
#include "model/simulation/far_field.h"
#include "model/simulation/helium.h"

namespace airy::simulation {

// A second droplet in the focal volume: a sphere.
struct Companion {
  double radius_nm = 0;
  Vector3 separation_um{};  // from the first droplet
  double amplitude = 1;     // field that lights it, relative to the first droplet's
  // Whether the light of the two interferes on the detector; else intensities add.
  bool coherent = true;
};

// What one pulse meets: the physics of a shot, without the detector.
struct Scene {
  double photon_energy_ev = 0;
  Droplet droplet = Droplet::Sphere(1);
  std::optional<Companion> companion;
  double photons = 0;   // expected on the plate outside the hole
  double hole_deg = 0;  // the plate's central hole, as an angle from the beam
};

// The light of a scene: both far fields and their sum. Immutable, so thread-safe.
class Light {
 public:
  // The split-step simulation of every droplet happens here.
  explicit Light(const Scene& scene);

  const FarField& droplet() const { return droplet_; }
  // As if lit like the first droplet; see weight(). The scene must have a companion.
  const FarField& companion() const { return *companion_; }
  // Of the companion's intensity.
  float weight() const { return weight_; }

  // Intensity in the direction (sx, sy, sz), a unit vector, averaged over a pixel that
  // spans `pitch` mm/mm of the distance to the detector: fringes finer than a pixel
  // vanish.
  float Intensity(float sx, float sy, float sz, float pitch) const;

 private:
  FarField droplet_;
  std::optional<FarField> companion_;
  float weight_ = 0;
  bool coherent_ = false;
  Vector3 phase_per_direction_{};  // k times the separation
};

}  // namespace airy::simulation
