#include "model/simulation/labels.h"

#include <algorithm>
#include <cmath>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/fringes.h"

namespace airy::simulation {
namespace {

constexpr double kRoundRatio = 0.93;
constexpr double kStreakBelowDeg = 31;
constexpr double kStreakAxisRatio = 1.4;
constexpr double kBentAboveDeg = 8.5;
// A capsule seen this close to its axis shows the rings of a sphere.
constexpr double kEndOnAboveDeg = 78;
constexpr double kOblateAsymmetry = 0.075;
constexpr double kProlateAsymmetry = 0.27;
// Asymmetry times the square root of the photons it is seen in.
constexpr double kLeastSignalToNoise = 10;

// 0 when there are too few photons to tell it from noise.
double VisibleAsymmetry(const Scene& scene, const FarField& field) {
  const double hole = std::sin(Radians(scene.hole_deg));
  const double edge = std::sin(Radians(30));
  const double inner = std::sin(Radians(kVisibleFromDeg));
  const double outer = std::sin(Radians(kVisibleToDeg));
  const int half = field.half();
  double difference = 0, sum = 0, all = 0;
  for (int row = 0; row <= half; ++row) {  // the other half plane holds the partners
    for (int col = 0; col <= 2 * half; ++col) {
      const double s = std::hypot(row - half, col - half) * field.step();
      if (s < hole || s > edge) continue;
      const auto here = static_cast<double>(field.GridIntensity(col, row));
      const auto opposite =
          static_cast<double>(field.GridIntensity(2 * half - col, 2 * half - row));
      all += here + opposite;
      if (s < inner || s > outer) continue;
      difference += std::abs(here - opposite);
      sum += here + opposite;
    }
  }
  if (sum <= 0) return 0;
  const double asymmetry = difference / sum;
  const double photons = scene.photons * sum / all;
  return asymmetry * std::sqrt(photons) >= kLeastSignalToNoise ? asymmetry : 0;
}

}  // namespace

Descriptors DescribeGeometry(const Scene& scene) {
  Descriptors result;
  result.shape = scene.droplet.shape();
  result.axis_ratio = scene.droplet.axis_ratio();
  result.projected_ratio = scene.droplet.ProjectedRatio();
  result.tilt_deg = scene.droplet.TiltDeg();
  return result;
}

Descriptors Describe(const Scene& scene, const Light& light) {
  Descriptors result = DescribeGeometry(scene);
  result.asymmetry = VisibleAsymmetry(scene, light.droplet());
  if (!scene.companions.empty()) {
    const Fringes fringes(scene, light);
    result.newton_fringes = fringes.ShowNewtonRings();
    result.two_ring_systems = fringes.ShowTwoRingSystems();
    result.lattice = fringes.ShowLattice();
  }
  return result;
}

Labels LabelsOf(const Descriptors& d) {
  Labels labels{};
  const bool prolate = d.shape == Droplet::Shape::kCapsule && d.tilt_deg < kEndOnAboveDeg;
  const bool round = !prolate && (d.shape == Droplet::Shape::kCapsule ||
                                  d.projected_ratio >= kRoundRatio);
  labels[kSphericalOblate] = !prolate;
  labels[kRound] = round;
  labels[kElliptical] = !prolate && !round;
  labels[kProlate] = prolate;
  labels[kStreak] =
      prolate && d.axis_ratio >= kStreakAxisRatio && d.tilt_deg < kStreakBelowDeg;
  labels[kBent] = prolate && d.tilt_deg > kBentAboveDeg;
  labels[kAsymmetric] =
      !round && d.asymmetry > (prolate ? kProlateAsymmetry : kOblateAsymmetry);
  labels[kNewtonRings] = d.newton_fringes;
  labels[kDoubleRings] = d.two_ring_systems;
  labels[kLayered] = d.lattice;
  return labels;
}

Labels EmptyLabels() {
  Labels labels{};
  labels[kEmpty] = 1;
  return labels;
}

}  // namespace airy::simulation
