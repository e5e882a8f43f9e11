#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/simulation/droplet.h"
#include "model/simulation/far_field.h"
#include "model/simulation/medium.h"

namespace airy::simulation {

// One or two droplets in a parallel beam.
struct PatternSource {
  Medium medium;
  Droplet droplet = Droplet::Sphere(1);
  // Of the same material; `separation_um` from the first, lit by `amplitude` times its
  // field. Where `coherent`, the light of both interferes; else intensities add.
  struct Second {
    Droplet droplet = Droplet::Sphere(1);
    Vector3 separation_um{};
    double amplitude = 1;
    bool coherent = true;
  };
  std::optional<Second> second;
};

// A flat square detector across the beam: 75 mm, 65 mm behind the droplet.
struct PatternDetector {
  int size = 224;              // pixels per edge; 8..2048
  double hole_deg = 0;         // angle from the beam within which it sees nothing
  bool flat_detector = false;  // whether counts fall with cos^3 of the angle
  // Where given, the light is linearly polarised at this angle from x towards y: it is
  // multiplied by 1 - sin^2(theta) cos^2(phi - angle). Else it is unpolarised.
  std::optional<double> polarisation_deg;
};

// The intensity |f|^2 in nm^2/sr, without noise, in the middle of each pixel: size *
// size, row-major, the first row on top (largest y). The pixel at (X, Y) from the beam
// sees the direction (X, Y, D) / sqrt(X^2 + Y^2 + D^2). Fringes finer than a pixel alias:
// this is for comparing with theory, PhotonMap is for shots. Thread-safe; `device` as
// FarField::Of takes it.
std::vector<float> SinglePattern(const PatternSource& source,
                                 const PatternDetector& detector,
                                 Method method = Method::kSplitStep,
                                 const std::string& device = "cpu");

// What the detector model makes of such a pattern: counts, from `photons` expected within
// the plate's circle. Size is 64 or more.
std::vector<uint16_t> NoisyPattern(const std::vector<float>& intensity, int size,
                                   double photons, uint64_t seed);

}  // namespace airy::simulation
