#pragma once

#include <vector>

#include "model/simulation/light.h"

namespace airy::simulation {

// Where the plate lies under the pixels of one shot.
struct PlatePlacement {
  double centre_row = 0;  // of the beam, in pixels; an integer is a pixel's middle
  double centre_col = 0;
  double hole_deg = 0;
};

// Mean photons per pixel of a flat square detector of size x size pixels that spans the
// plate (counts fall with cos^3 of the angle). Thread-safe.
class PhotonMap {
 public:
  // size: 64..2048.
  PhotonMap(int size, const PlatePlacement& placement);

  int size() const { return size_; }
  // Adds the light's pattern, `photons` in all, to `map` (size * size, row-major).
  void AddPattern(const Light& light, double photons, std::vector<float>* map) const;
  // Adds stray light: `even` photons spread evenly, and `halo` that fall as
  // theta^-exponent from the beam.
  void AddStray(double even, double halo, double exponent, std::vector<float>* map) const;

 private:
  // Calls visit(pixel, sx, sy, sz, share) for each sample on the open plate; sz is the
  // cosine of the angle, share the part of the sample that the hole leaves.
  template <typename Visit>
  void ForEachSample(Visit visit) const;

  int size_;
  int samples_;  // per pixel edge: coarse detectors average over finer fringes
  PlatePlacement placement_;
};

}  // namespace airy::simulation
