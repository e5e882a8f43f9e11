#pragma once

#include "model/simulation/light.h"
#include "model/simulation/scene.h"

namespace airy::simulation {

// Whether a person would see in the pattern, without noise but with its number of
// photons, the signs of more than one droplet or more than one material or colour. Refers
// to the scene and its light, which must outlive it.
class Fringes {
 public:
  Fringes(const Scene& scene, const Light& light);

  // Rings around the direction of a companion, where the phase between the droplets is
  // stationary: the first two, of radii sqrt(2 m lambda / distance), lie apart by three
  // pixels of the network's image, mostly on the plate, with visible contrast.
  bool ShowNewtonRings() const;
  // Ring systems of clearly different period, both visible in the sum over much of the
  // plate: those of two droplets, of a droplet and its core, or of two colours.
  bool ShowTwoRingSystems() const;
  // The contrast of a close pair's straight fringes across the pattern, three pixels
  // apart or more; 0 where none are visible.
  double LatticeContrast() const;

 private:
  // Sums over part of the plate.
  struct Area {
    double interference = 0;  // 2 |f1 f2|, of the first droplet and a companion
    double intensity = 0;     // of all light
    double photons = 0;
    double share_on_plate = 0;
  };
  Area Around(const Vector3& centre, double radius_rad, size_t companion) const;
  bool IsVisible(const Area& area, double least_contrast) const;
  bool ShowsNewtonRings(size_t companion) const;
  bool ShowsItsOwnRings(size_t companion) const;
  bool CoreShowsItsOwnRings() const;
  bool SecondColourShowsItsOwnRings() const;

  const Scene& scene_;
  const Light& light_;
  double wavelength_um_;
  double photons_per_intensity_;  // per steradian
};

}  // namespace airy::simulation
