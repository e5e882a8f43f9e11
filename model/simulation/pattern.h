#pragma once

#include <optional>
#include <vector>

#include "model/simulation/light.h"
#include "model/simulation/plate_light.h"
#include "preprocess/transform/simd.h"

namespace airy::simulation {

// Where the plate lies under the pixels of one shot.
struct PlatePlacement {
  double centre_row = 0;  // of the beam, in pixels; an integer is a pixel's middle
  double centre_col = 0;
  double hole_deg = 0;
};

// Light of the beamline that falls on the plate, hit or not; in photons on the open
// plate.
struct StrayLight {
  double even = 0;  // spread evenly
  double halo = 0;  // falls as theta^-exponent from the beam
  double exponent = 2;
  // A line through the beam, as the edge of a mirror or aperture throws it.
  struct Streak {
    bool vertical = false;
    double photons = 0;       // of which the hole swallows its part
    double width_pixels = 1;  // standard deviation across
  };
  std::optional<Streak> streak;
};

// Mean photons per pixel of a flat square detector of size x size pixels that spans the
// plate. Thread-safe.
class PhotonMap {
 public:
  // size: 64..2048. A pixel sees its part of the sphere: photons fall with cos^3 of the
  // angle, unless that is `corrected`.
  PhotonMap(int size, const PlatePlacement& placement, bool corrected = false,
            transform::SimdLevel simd = transform::BestSimdLevel());

  int size() const { return size_; }
  // size * size means, row-major: `photons` in all of the light's pattern, none if
  // `light` is null; and the stray light.
  std::vector<float> Photons(const Light* light, double photons,
                             const StrayLight& stray) const;

 private:
  // One row of samples: where they look, and the part of each that is open plate.
  struct Row;
  struct FindRow;
  struct Weigh;
  struct AddStray;
  void FindSamples(int sample_row, Row* row) const;
  void AddToPixels(int sample_row, const std::vector<float>& values,
                   std::vector<float>* map) const;
  // Photons per sample by distance from the beam, in kBins of its tangent.
  std::vector<float> RadialStray(const StrayLight& stray) const;
  void AddStreak(const StrayLight::Streak& streak, std::vector<float>* map) const;

  int size_;
  int samples_;  // per pixel edge: coarse detectors average over finer fringes
  PlatePlacement placement_;
  bool corrected_;
  transform::SimdLevel simd_;
  PlateGrid grid_;  // of the samples
};

}  // namespace airy::simulation
