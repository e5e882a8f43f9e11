#include "model/simulation/sampler.h"

#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"

namespace airy::simulation {
namespace {

constexpr int kDrawsPerTry = 200;
// Of the light that passes a core, at least this share must come through the helium
// around it.
constexpr double kLeastLightOfCore = 0.05;

bool HelpsToSeeCore(const Scene& scene) {
  const Medium helium = HeliumAt(scene.photon_energy_ev);
  const double around_nm =
      2 * scene.droplet.radius_nm() * (1 - scene.droplet.core()->ratio);
  return std::exp(-4 * std::numbers::pi * helium.index.imag() * around_nm /
                  helium.wavelength_nm) >= kLeastLightOfCore;
}

bool HasNeighbour(const Scene& scene) {
  for (const Companion& c : scene.companions) {
    if (Dot(c.separation_um, c.separation_um) < 9) return true;
  }
  return false;
}

// Whether the pattern may still give `target` to a scene of this geometry.
bool IsPlausible(const Scene& scene, const Labels& target, const Descriptors& geometry) {
  if (!FitsGrid(scene)) return false;
  if (scene.droplet.core() && !HelpsToSeeCore(scene)) return false;
  if (target[kEmpty]) return true;
  const bool layered = geometry.two_lobes || HasNeighbour(scene);
  if (layered != (target[kLayered] != 0)) return false;
  const Labels labels = LabelsOf(geometry);
  // A super-class and the form of the rings can be hidden.
  if (target[kProlate] && !labels[kProlate]) return false;
  if (target[kSphericalOblate] && !labels[kSphericalOblate]) return false;
  if (target[kRound] && !labels[kRound]) return false;
  if (target[kElliptical] && !labels[kElliptical]) return false;
  if (labels[kBent] != target[kBent]) return false;
  return labels[kStreak] == target[kStreak];
}

}  // namespace

const Light& Hit::Lit() {
  if (light == nullptr) light = std::make_shared<Light>(scene);
  return *light;
}

Hit Label(const Scene& scene) {
  Hit hit;
  hit.scene = scene;
  hit.descriptors = DescribeGeometry(scene);
  if (NeedsPattern(scene, hit.descriptors)) {
    hit.descriptors = Describe(scene, hit.Lit());
  }
  hit.labels = LabelsOf(hit.descriptors);
  return hit;
}

std::optional<Hit> Sampler::DrawHit(const Labels& target, Random* random,
                                    Tries* tries) const {
  int plausible = 0;
  for (int drawn = 0; drawn < kTries * kDrawsPerTry && plausible < kTries; ++drawn) {
    const Scene scene = proposal_.DrawFor(target, random);
    ++tries->drawn;
    if (!IsPlausible(scene, target, DescribeGeometry(scene))) continue;
    ++tries->plausible;
    ++plausible;
    Hit hit = Label(scene);
    if (hit.labels == target) return hit;
  }
  return std::nullopt;
}

Hit Sampler::DrawFromPhysics(Random* random) const {
  Scene scene;
  do {
    scene = proposal_.Draw(random);
  } while (!FitsGrid(scene));
  return Label(scene);
}

Labels LabelsWith(const Thresholds& thresholds, Hit* hit) {
  const Labels labels = LabelsOf(hit->descriptors, thresholds);
  if (labels == hit->labels || hit->light != nullptr || !hit->descriptors.visible) {
    return labels;
  }
  hit->descriptors = Describe(hit->scene, hit->Lit());
  return LabelsOf(hit->descriptors, thresholds);
}

}  // namespace airy::simulation
