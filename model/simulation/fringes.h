#pragma once

#include "model/simulation/light.h"

namespace airy::simulation {

// Whether a person would see in the pattern, without noise but with its number of
// photons, that two droplets were lit. Refers to the scene and its light, which must
// outlive it.
class Fringes {
 public:
  // The scene must have a companion; the first one is judged.
  Fringes(const Scene& scene, const Light& light);

  // Rings around the direction of the separation, where the phase between the droplets is
  // stationary: the first two, of radii sqrt(2 m lambda / distance), lie apart by three
  // pixels of the network's image, mostly on the plate, with visible contrast.
  bool ShowNewtonRings() const;
  // Ring systems of clearly different period, both visible in the sum over much of the
  // plate.
  bool ShowTwoRingSystems() const;
  // A close pair's straight fringes across the pattern, three pixels apart or more.
  bool ShowLattice() const;

 private:
  // Sums over part of the plate.
  struct Area {
    double interference = 0;  // 2 |f1 f2|
    double intensity = 0;     // |f1|^2 + |f2|^2
    double photons = 0;
    double share_on_plate = 0;
  };
  Area Around(const Vector3& centre, double radius_rad) const;
  bool IsVisible(const Area& area, double least_contrast) const;

  const Scene& scene_;
  const Light& light_;
  double wavelength_um_;
  double distance_um_;
  double photons_per_intensity_;  // per steradian
};

}  // namespace airy::simulation
