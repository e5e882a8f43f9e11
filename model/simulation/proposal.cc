#include "model/simulation/proposal.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/droplet_sizes.h"
#include "model/simulation/helium.h"

namespace airy::simulation {
namespace {

constexpr double kProlateShare = 0.062;
// Below this deformation a spinning droplet is called a sphere.
constexpr double kLeastFlattening = 0.005;

Droplet DrawOblate(Random* random) {
  double spin = 2;
  while (spin > 1.2) spin = std::abs(0.38 * random->Normal());
  const double axis_ratio = OblateAxisRatio(spin);
  const double radius_nm =
      DropletSizes::DrawNm(random) * DropletSizes::Growth(false, axis_ratio);
  if (1 - axis_ratio < kLeastFlattening) return Droplet::Sphere(radius_nm);
  return Droplet::Oblate(radius_nm, axis_ratio, random->Direction());
}

double DrawDeformedRadiusNm(Random* random) {
  return DropletSizes::DrawNm(random) * DropletSizes::Growth(true, 1);
}

Droplet DrawEllipsoid(Random* random) {
  return Droplet::Ellipsoid(DrawDeformedRadiusNm(random), random->Uniform(1, 1.6),
                            random->Uniform(1, 1.3), random->Direction(),
                            random->Uniform(0, 360));
}

Droplet DrawCapsule(double shortest, Random* random) {
  return Droplet::Capsule(DrawDeformedRadiusNm(random), random->Uniform(shortest, 3.5),
                          random->Direction());
}

Droplet DrawTwoLobed(double widest_neck, Random* random) {
  return Droplet::TwoLobed(DrawDeformedRadiusNm(random),
                           random->Uniform(1.02, widest_neck), random->Direction());
}

Droplet DrawFissionPair(Random* random) {
  return Droplet::FissionPair(DrawDeformedRadiusNm(random), random->Uniform(0.7, 1),
                              random->Direction());
}

Droplet DrawProlate(Random* random) {
  const double kind = random->Uniform();
  if (kind < 0.25) return DrawEllipsoid(random);
  if (kind < 0.80) return DrawCapsule(1.3, random);
  if (kind < 0.97) return DrawTwoLobed(1.5, random);
  return DrawFissionPair(random);
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
Companion DrawNeighbour(const Droplet& droplet, const Labels& target, Random* random) {
  Companion companion;
  companion.radius_nm = droplet.radius_nm() * random->Uniform(0.8, 1.1);
  const double touching_um = (droplet.BoundingRadiusNm() + companion.radius_nm) / 1000;
  const double distance_um = touching_um + random->LogUniform(0.05, 1.5);
  companion.separation_um =
      Scaled(DrawNearBeam(90 - random->Uniform(0, 15), random), distance_um);
  // The brighter the neighbour, the less is seen of anything but the lattice.
  if (target[kRound] || target[kElliptical]) {
    companion.amplitude = random->Uniform(0.2, 0.6);
  } else if (target[kSphericalOblate]) {
    companion.amplitude = random->Uniform(0.45, 0.75);
  } else {
    companion.amplitude = random->Uniform(0.7, 1);
  }
  return companion;
}

Companion DrawDistantCompanion(const Droplet& droplet, bool newton, bool two_sizes,
                               Random* random) {
  Companion companion;
  double ratio = random->Uniform(0.86, 1.16);
  companion.amplitude = random->LogUniform(0.15, 1);
  if (two_sizes) {  // the larger one in weaker light: else it outshines the other
    const bool larger = random->Chance(0.5);
    ratio = larger ? random->Uniform(1.19, 1.6) : random->Uniform(0.6, 0.84);
    companion.amplitude = larger ? random->LogUniform(0.35, 1) : random->Uniform(0.6, 1);
  }
  companion.radius_nm = std::clamp(droplet.radius_nm() * ratio, 60.0, 1000.0);
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

// A droplet of another material within, as of dopants that gathered at the centre.
Droplet WithDrawnCore(const Droplet& droplet, Random* random) {
  return droplet.WithCore(random->Uniform(0.35, 0.75),
                          {random->Uniform(0.7, 1.5), random->LogUniform(0.02, 0.5)});
}

// An axis within a range of tilts out of the detector plane, either way.
Vector3 DrawAxis(double least_tilt_deg, double most_tilt_deg, Random* random) {
  return DrawNearBeam(90 - random->Uniform(least_tilt_deg, most_tilt_deg), random);
}

// What rarely comes of physics alone is drawn where it does.
Droplet DrawDropletFor(const Labels& target, Random* random) {
  if (target[kRound] && target[kAsymmetric]) {  // very flat, and tilted
    return Droplet::Oblate(DrawDeformedRadiusNm(random),
                           OblateAxisRatio(random->Uniform(1, 1.2)),
                           DrawAxis(55, 70, random));
  }
  if (target[kSphericalOblate]) {
    // Now and then a long droplet seen from its end.
    return random->Chance(kProlateShare) ? DrawProlate(random) : DrawOblate(random);
  }
  if (!target[kProlate]) {  // so long that the streak outshines everything
    return target[kStreak] ? DrawCapsule(3.2, random) : DrawOblate(random);
  }
  if (target[kLayered]) {
    const double kind = random->Uniform();
    if (kind < 0.6) return DrawTwoLobed(1.08, random);
    return kind < 0.7 ? DrawFissionPair(random) : DrawCapsule(2, random);
  }
  if (target[kAsymmetric] && !target[kBent]) {
    if (target[kStreak]) {  // large, and just not bent
      return Droplet::Capsule(random->Uniform(520, 700), random->Uniform(2.9, 3.3),
                              DrawAxis(8.2, 8.5, random));
    }
    // Unequal lobes side by side.
    return Droplet::FissionPair(DrawDeformedRadiusNm(random), random->Uniform(0.3, 0.65),
                                DrawAxis(0, 8.5, random));
  }
  return DrawProlate(random);
}

// On the plate outside the hole.
constexpr double kLeastPhotons = 3e4, kMostPhotons = 3e6;
constexpr double kAsymmetryPhotons = 1e5;
// Of double rings: those of one droplet.
constexpr double kOneDropletShare = 0.2;

}  // namespace

Proposal::Proposal(SceneRanges ranges) : ranges_(std::move(ranges)) {
  for (const EnergyBand& band : ranges_.energy_bands) shares_ += band.share;
}

double Proposal::DrawHoleDeg(Random* random) const {
  return random->Uniform(ranges_.hole_min_deg, ranges_.hole_max_deg);
}

double Proposal::DrawPhotonEnergyEv(Random* random) const {
  double rest = random->Uniform(0, shares_);
  for (const EnergyBand& band : ranges_.energy_bands) {
    rest -= band.share;
    if (rest <= 0) return random->Uniform(band.low_ev, band.high_ev);
  }
  return ranges_.energy_bands.back().high_ev;  // where the shares were rounded
}

double Proposal::DrawPhotonEnergyEv(const Scene& scene, Random* random) const {
  constexpr int kEnergyTries = 100;
  Scene trial = scene;
  for (int i = 0; i < kEnergyTries; ++i) {
    trial.photon_energy_ev = DrawPhotonEnergyEv(random);
    if (FitsGrid(trial)) break;
  }
  return trial.photon_energy_ev;
}

Scene Proposal::Finished(Scene scene, Random* random) const {
  scene.photon_energy_ev = DrawPhotonEnergyEv(scene, random);
  scene.photons = random->LogUniform(kLeastPhotons, kMostPhotons);
  scene.hole_deg = DrawHoleDeg(random);
  return scene;
}

Scene Proposal::Draw(Random* random) const {
  Scene scene;
  scene.droplet =
      random->Chance(kProlateShare) ? DrawProlate(random) : DrawOblate(random);
  return Finished(std::move(scene), random);
}

Scene Proposal::DrawFaint(Random* random) const {
  Scene scene = Draw(random);
  scene.photons = random->LogUniform(1, 100);
  return scene;
}

Scene Proposal::DrawFor(const Labels& target, Random* random) const {
  if (target[kEmpty]) return DrawFaint(random);
  Scene scene;
  scene.droplet = DrawDropletFor(target, random);
  const bool capsule = scene.droplet.shape() == Droplet::Shape::kCapsule;
  const bool long_shape = scene.droplet.shape() != Droplet::Shape::kSphere &&
                          scene.droplet.shape() != Droplet::Shape::kOblate;
  if (target[kLayered] && (capsule || !long_shape)) {
    scene.companions.push_back(DrawNeighbour(scene.droplet, target, random));
  }
  if (target[kNewtonRings]) {
    scene.companions.push_back(
        DrawDistantCompanion(scene.droplet, true, target[kDoubleRings], random));
  } else if (target[kDoubleRings]) {
    if (random->Chance(kOneDropletShare)) return DrawTwoRingDroplet(scene, random);
    scene.companions.push_back(DrawDistantCompanion(scene.droplet, false, true, random));
  }
  scene = Finished(std::move(scene), random);
  // Asymmetry of a few percent takes many photons to be seen.
  if (target[kAsymmetric]) {
    scene.photons = random->LogUniform(kAsymmetryPhotons, kMostPhotons);
  }
  return scene;
}

// Harmonic light where the table of the index covers it, else a core.
Scene Proposal::DrawTwoRingDroplet(const Scene& bare, Random* random) const {
  Scene scene = Finished(bare, random);
  const double second_ev = 2 * scene.photon_energy_ev;
  if (second_ev <= kMaxPhotonEnergyEv) {
    scene.second_colour = SecondColour{second_ev, random->LogUniform(2, 20)};
  } else {
    scene.droplet = WithDrawnCore(scene.droplet, random);
  }
  return scene;
}

bool FitsGrid(const Scene& scene) {
  const double energy_ev = scene.second_colour ? scene.second_colour->photon_energy_ev
                                               : scene.photon_energy_ev;
  const double limit_nm = kMaxHalfExtent * HeliumAt(energy_ev).wavelength_nm;
  return scene.droplet.BoundingRadiusNm() <= limit_nm &&
         std::all_of(scene.companions.begin(), scene.companions.end(),
                     [&](const Companion& c) { return c.radius_nm <= limit_nm; });
}

}  // namespace airy::simulation
