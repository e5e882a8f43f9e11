#include "model/simulation/sampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/helium.h"

namespace airy::simulation {
namespace {

double DrawPhotonEnergyEv(Random* random) {
  struct Band {
    double share, low_ev, high_ev;
  };
  constexpr Band kBands[] = {
      {0.50, 19.5, 20.6}, {0.15, 22.3, 23.5}, {0.30, 24.8, 35.0}, {0.05, 21.0, 22.2}};
  double rest = random->Uniform();
  for (const Band& band : kBands) {
    rest -= band.share;
    if (rest < 0) return random->Uniform(band.low_ev, band.high_ev);
  }
  return random->Uniform(kBands[0].low_ev, kBands[0].high_ev);
}

double DrawRadiusNm(Random* random) {
  return std::clamp(std::exp(5.77 + 0.38 * random->Normal()), 80.0, 900.0);
}

constexpr double kDeformedGrowth = 1.15;
// Below this deformation a spinning droplet is called a sphere.
constexpr double kLeastFlattening = 0.005;

Droplet DrawOblate(Random* random) {
  double spin = 2;
  while (spin > 1.2) spin = std::abs(0.38 * random->Normal());
  const double axis_ratio = OblateAxisRatio(spin);
  const double radius_nm = DrawRadiusNm(random);
  if (1 - axis_ratio < kLeastFlattening) return Droplet::Sphere(radius_nm);
  return Droplet::Oblate(radius_nm * kDeformedGrowth, axis_ratio, random->Direction());
}

Droplet DrawCapsule(Random* random) {
  return Droplet::Capsule(DrawRadiusNm(random) * kDeformedGrowth,
                          random->Uniform(1.3, 3.5), random->Direction());
}

// A unit vector `angle_deg` from the beam, along or against it.
Vector3 DrawNearBeam(double angle_deg, Random* random) {
  const double azimuth = random->Uniform(0, 2 * std::numbers::pi);
  const double sine = std::sin(Radians(angle_deg));
  const double sign = random->Chance(0.5) ? 1 : -1;
  return {sine * std::cos(azimuth), sine * std::sin(azimuth),
          sign * std::cos(Radians(angle_deg))};
}

Vector3 Scaled(Vector3 v, double factor) {
  for (double& component : v) component *= factor;
  return v;
}

// A close pair side by side: the droplets do not touch, fringes are straight.
Companion DrawNeighbour(const Droplet& droplet, Random* random) {
  Companion companion;
  companion.radius_nm = droplet.radius_nm() * random->Uniform(0.7, 1.1);
  const double touching_um = (droplet.BoundingRadiusNm() + companion.radius_nm) / 1000;
  const double distance_um = touching_um + random->LogUniform(0.05, 1.5);
  companion.separation_um =
      Scaled(DrawNearBeam(90 - random->Uniform(0, 15), random), distance_um);
  companion.amplitude = random->Uniform(0.7, 1);
  return companion;
}

Companion DrawDistantCompanion(const Droplet& droplet, bool newton, bool two_sizes,
                               Random* random) {
  Companion companion;
  double ratio = random->Uniform(0.86, 1.16);
  if (two_sizes) {
    ratio = random->Chance(0.5) ? random->Uniform(0.6, 0.84) : random->Uniform(1.19, 1.6);
  }
  companion.radius_nm = std::clamp(droplet.radius_nm() * ratio, 60.0, 1000.0);
  companion.amplitude = random->LogUniform(0.15, 1);
  if (newton) {
    companion.separation_um =
        Scaled(DrawNearBeam(random->Uniform(4, 26), random), random->LogUniform(5, 100));
  } else {
    companion.separation_um = Scaled(DrawNearBeam(random->Uniform(0, 30), random),
                                     random->LogUniform(150, 1000));
    companion.coherent = false;
  }
  return companion;
}

// Whether the shape and orientation alone give `target`.
bool GeometryMatches(const Labels& target, const Scene& scene) {
  const Labels labels = LabelsOf(DescribeGeometry(scene));
  for (int i : {kSphericalOblate, kRound, kElliptical, kProlate, kStreak, kBent}) {
    const auto at = static_cast<size_t>(i);
    if (labels[at] != target[at]) return false;
  }
  return true;
}

bool FitsGrid(const Scene& scene) {
  const double limit_nm = kMaxHalfExtent * HeliumAt(scene.photon_energy_ev).wavelength_nm;
  return scene.droplet.BoundingRadiusNm() <= limit_nm &&
         std::all_of(scene.companions.begin(), scene.companions.end(),
                     [&](const Companion& c) { return c.radius_nm <= limit_nm; });
}

Scene DrawScene(const Labels& target, Random* random) {
  Scene scene;
  do {
    scene.photon_energy_ev = DrawPhotonEnergyEv(random);
    scene.droplet = target[kProlate] ? DrawCapsule(random) : DrawOblate(random);
  } while (!GeometryMatches(target, scene) || !FitsGrid(scene));
  if (target[kLayered]) {
    scene.companions = {DrawNeighbour(scene.droplet, random)};
  } else if (target[kNewtonRings] || target[kDoubleRings]) {
    scene.companions = {DrawDistantCompanion(scene.droplet, target[kNewtonRings],
                                             target[kDoubleRings], random)};
  }
  scene.photons = random->LogUniform(3e4, 3e6);
  scene.hole_deg = DrawHoleDeg(random);
  return scene;
}

}  // namespace

double DrawHoleDeg(Random* random) { return random->Uniform(1.5, 5); }

Hit DrawHit(const Labels& target, Random* random) {
  Hit hit;
  for (int i = 0; i < kTries; ++i) {
    hit.scene = DrawScene(target, random);
    if (!FitsGrid(hit.scene)) continue;
    hit.light = std::make_shared<Light>(hit.scene);
    hit.labels = LabelsOf(Describe(hit.scene, *hit.light));
    if (hit.labels == target) break;
  }
  return hit;
}

}  // namespace airy::simulation
