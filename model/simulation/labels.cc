#include "model/simulation/labels.h"

#include <cmath>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/fringes.h"
#include "model/simulation/helium.h"
#include "model/simulation/seen_pattern.h"

namespace airy::simulation {
namespace {

// Fewer photons in the visible annulus are no hit for the eye.
constexpr double kLeastPhotons = 50;
// So many photons on the plate are enough for any pattern.
constexpr double kAmplePhotons = 3000;

// A long droplet seen this close to its axis shows the rings of a sphere.
constexpr double kEndOnAboveDeg = 78;
constexpr double kStreakElongation = 1.4;
constexpr double kStreakConcentration = 1.5;
// So much light in the streak leaves no rings to be seen.
constexpr double kOnlyStreakConcentration = 3.0;

// Round droplets of less flattening are symmetric.
constexpr double kFlattenedBelow = 0.8;
constexpr double kRoundAsymmetry = 0.1;

// Lattices of more contrast hide whether the rings are circles, then the rings.
constexpr double kLatticeHidesForm = 0.8;
constexpr double kLatticeHidesRings = 0.92;

// Two lobes are seen as such below this ratio A/c, where the period of their fringes is
// within this range.
constexpr double kNeckedBelow = 1.08;
constexpr double kLeastLobeRatio = 0.7;
constexpr double kLeastPeriodDeg = 3 * kLabelPixelDeg;
constexpr double kMostPeriodDeg = 12;

bool ShowsTwoLobes(const Scene& scene) {
  const Droplet& droplet = scene.droplet;
  double lobes_apart_nm = 0;
  if (droplet.shape() == Droplet::Shape::kFissionPair &&
      droplet.ratios()[0] >= kLeastLobeRatio) {
    lobes_apart_nm = droplet.BoundingRadiusNm();  // the sum of the radii
  } else if (droplet.shape() == Droplet::Shape::kTwoLobed &&
             droplet.ratios()[0] < kNeckedBelow) {
    // The foci of the oval; its half length is c sqrt((A/c)^2 + 1).
    lobes_apart_nm = 2 * droplet.BoundingRadiusNm() / std::hypot(droplet.ratios()[0], 1);
  } else {
    return false;
  }
  const double across_nm = lobes_apart_nm * std::cos(Radians(droplet.TiltDeg()));
  const double wavelength_nm = HeliumAt(scene.photon_energy_ev).wavelength_nm;
  const double period_deg = Degrees(wavelength_nm / across_nm);
  return period_deg >= kLeastPeriodDeg && period_deg <= kMostPeriodDeg;
}

// Whether it is seen as one, not as a sphere or spheroid.
bool LooksProlate(const Descriptors& d, const Thresholds& t) {
  return d.prolate && d.tilt_deg < kEndOnAboveDeg &&
         1 - d.projected_ratio >= t.flattening;
}

}  // namespace

Descriptors DescribeGeometry(const Scene& scene) {
  const Droplet& droplet = scene.droplet;
  Descriptors result;
  result.prolate = droplet.shape() != Droplet::Shape::kSphere &&
                   droplet.shape() != Droplet::Shape::kOblate;
  if (result.prolate) {
    result.elongation = droplet.axis_ratio();
    if (droplet.shape() == Droplet::Shape::kFissionPair) result.concentration = 1;
    result.tilt_deg = droplet.TiltDeg();
    result.two_lobes = ShowsTwoLobes(scene);
  } else {
    result.axis_ratio = droplet.axis_ratio();
  }
  result.projected_ratio = droplet.ProjectedRatio();
  result.visible = scene.photons >= kLeastPhotons;  // at best
  return result;
}

bool NeedsPattern(const Scene& scene, const Descriptors& geometry) {
  if (!scene.companions.empty() || scene.droplet.core() || scene.second_colour) {
    return true;
  }
  if (scene.photons < kLeastPhotons) return false;
  return scene.photons < kAmplePhotons || geometry.prolate ||
         geometry.axis_ratio < kFlattenedBelow ||
         1 - geometry.projected_ratio > Thresholds{}.flattening;
}

Descriptors Describe(const Scene& scene, const Light& light) {
  Descriptors result = DescribeGeometry(scene);
  const SeenPattern seen(scene, light.droplet());
  result.visible = seen.photons() >= kLeastPhotons;
  result.asymmetry = seen.Asymmetry();
  if (result.prolate) result.concentration = seen.Concentration();
  if (!scene.companions.empty() || scene.droplet.core() || scene.second_colour) {
    const Fringes fringes(scene, light);
    result.newton_fringes = fringes.ShowNewtonRings();
    result.two_ring_systems = fringes.ShowTwoRingSystems();
    result.lattice = fringes.LatticeContrast();
  }
  return result;
}

Labels LabelsOf(const Descriptors& d, const Thresholds& t) {
  if (!d.visible) return EmptyLabels();
  Labels labels{};
  const bool looks_prolate = LooksProlate(d, t);
  const bool rings_hidden =
      d.lattice >= kLatticeHidesRings ||
      (looks_prolate && d.concentration >= kOnlyStreakConcentration);
  const bool end_on = d.prolate && d.tilt_deg >= kEndOnAboveDeg;
  const bool round = end_on || 1 - d.projected_ratio <= t.flattening;
  if (looks_prolate) {
    const bool streak = d.elongation >= kStreakElongation &&
                        d.tilt_deg < t.streak_below_deg &&
                        d.concentration >= kStreakConcentration;
    labels[kProlate] = !rings_hidden;
    labels[kStreak] = streak;
    labels[kBent] = d.tilt_deg > t.bent_above_deg;
    labels[kAsymmetric] = d.asymmetry > t.prolate_asymmetry;
  } else if (!rings_hidden) {
    const bool form_hidden = d.lattice >= kLatticeHidesForm;
    labels[kSphericalOblate] = 1;
    labels[kRound] = !form_hidden && round;
    labels[kElliptical] = !form_hidden && !round;
    labels[kAsymmetric] =
        d.asymmetry > (round ? kRoundAsymmetry : t.elliptical_asymmetry) &&
        (!round || (!d.prolate && d.axis_ratio < kFlattenedBelow));
  }
  labels[kNewtonRings] = d.newton_fringes;
  labels[kDoubleRings] = d.two_ring_systems;
  labels[kLayered] = d.lattice > 0 || d.two_lobes;
  return labels;
}

Labels EmptyLabels() {
  Labels labels{};
  labels[kEmpty] = 1;
  return labels;
}

}  // namespace airy::simulation
