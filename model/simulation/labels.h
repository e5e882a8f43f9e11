#pragma once

#include "model/simulation/light.h"
#include "model/simulation/scene.h"
#include "model/simulation/thresholds.h"
#include "preprocess/frame/label_rules.h"

namespace airy::simulation {

using airy::Labels;

// What labels follow from: the scene's geometry, and what is seen in its pattern without
// noise but with its number of photons.
struct Descriptors {
  bool prolate = false;   // of the prolate branch: ellipsoid, capsule, two lobes, pair
  double elongation = 1;  // half length over the largest radius across, 1 if oblate
  double projected_ratio = 1;  // short over long axis, seen along the beam
  double tilt_deg = 0;         // of the axis out of the detector plane
  double axis_ratio = 1;       // c/a of an oblate droplet
  bool two_lobes = false;      // a waist so deep that its lobes' fringes are seen

  // From here on of the pattern; the defaults hold where it is not looked at.
  bool visible = true;
  // Sum |I(q) - I(-q)| / sum (I(q) + I(-q)) in the visible annulus, of the first droplet;
  // 0 where the photons do not show it.
  double asymmetry = 0;
  // Intensity near the line n . a = cos(beta) of a long droplet, in that of the ring
  // around; 1 for a sphere. beta is the angle between its axis a and the beam.
  double concentration = 2;
  bool newton_fringes = false;  // an off-centre ring system is visible
  bool two_ring_systems = false;
  double lattice = 0;  // contrast of a close pair's straight fringes; 0 if not visible
};

// The descriptors that need no pattern; the others keep their defaults.
Descriptors DescribeGeometry(const Scene& scene);
// Whether a scene of this geometry needs its pattern to be labelled.
bool NeedsPattern(const Scene& scene, const Descriptors& geometry);
// All of them.
Descriptors Describe(const Scene& scene, const Light& light);

// The classes of a shot, by the rules in the README. They keep kLabelRules, which hold
// without exception in CXIDB-94.
Labels LabelsOf(const Descriptors& descriptors, const Thresholds& thresholds = {});
// The classes of a shot without a droplet.
Labels EmptyLabels();

}  // namespace airy::simulation
