#pragma once

#include <array>
#include <cstdint>

#include "model/simulation/light.h"
#include "preprocess/frame/classes.h"

namespace airy::simulation {

using Labels = std::array<uint8_t, kClassCount>;

// What labels follow from: the scene's geometry, and what is seen in its pattern without
// noise.
struct Descriptors {
  Droplet::Shape shape = Droplet::Shape::kSphere;
  double axis_ratio = 1;       // as Droplet::axis_ratio
  double projected_ratio = 1;  // short over long axis, seen along the beam
  double tilt_deg = 0;         // of the symmetry axis out of the detector plane
  // Sum |I(q) - I(-q)| / sum (I(q) + I(-q)) in the visible annulus, of the first droplet;
  // 0 where the photons do not show it.
  double asymmetry = 0;
  bool newton_fringes = false;  // an off-centre ring system is visible
  bool two_ring_systems = false;
  bool lattice = false;  // straight fringes of a close pair are visible
};

// The descriptors that need no pattern; the others keep their defaults.
Descriptors DescribeGeometry(const Scene& scene);
// All of them.
Descriptors Describe(const Scene& scene, const Light& light);

// The classes of a shot with a visible hit, by the rules in the README. They respect what
// holds without exception in CXIDB-94: oblate excludes prolate, round excludes elliptical
// and both are oblate, streak and bent are never oblate.
Labels LabelsOf(const Descriptors& descriptors);
// The classes of a shot without one.
Labels EmptyLabels();

}  // namespace airy::simulation
