#include "model/simulation/light.h"

#include <array>
#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"
#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

constexpr size_t kMostDroplets = 3;

// The average over a pixel of exp(-i psi), where psi = n . phase is the phase between two
// droplets but for a constant. A pixel is a step of `turn` = pitch cos(theta) across n,
// so psi turns by the projections below; averaging over it leaves about exp(-psi'^2 /
// 24).
std::complex<double> MeanPhase(const Vector3& n, const Vector3& phase, double turn) {
  const double along = Dot(n, phase);
  const double turn_x = turn * (phase[0] - along * n[0]);
  const double turn_y = turn * (phase[1] - along * n[1]);
  const double exponent = (turn_x * turn_x + turn_y * turn_y) / 24;
  if (exponent > 8) return 0;
  return std::polar(std::exp(-exponent), phase[2] - along);
}

Scene InColour(const Scene& scene, double photon_energy_ev) {
  Scene other = scene;
  other.photon_energy_ev = photon_energy_ev;
  other.second_colour.reset();
  return other;
}

}  // namespace

Light::Light(const Scene& scene) {
  AIRY_CHECK(scene.companions.size() < kMostDroplets);
  const Medium helium = HeliumAt(scene.photon_energy_ev);
  droplets_.push_back({FarField::Of(scene.droplet, helium), 1, true, {}});
  const double k_per_um = 2 * std::numbers::pi / helium.wavelength_nm * 1000;
  for (const Companion& companion : scene.companions) {
    Vector3 phase = companion.separation_um;
    for (double& component : phase) component *= k_per_um;
    droplets_.push_back({FarField::Of(Droplet::Sphere(companion.radius_nm), helium),
                         static_cast<float>(companion.amplitude * companion.amplitude),
                         companion.coherent, phase});
  }
  if (scene.second_colour) {
    second_colour_ = std::make_shared<const Light>(
        InColour(scene, scene.second_colour->photon_energy_ev));
    second_weight_ = static_cast<float>(scene.second_colour->weight);
  }
}

float Light::Intensity(float sx, float sy, float sz, float pitch) const {
  const Vector3 n = {sx, sy, sz};
  const double turn = static_cast<double>(pitch) * static_cast<double>(sz);
  std::array<std::complex<float>, kMostDroplets> fields;
  float sum = 0;
  for (size_t i = 0; i < droplets_.size(); ++i) {
    const Lit& here = droplets_[i];
    fields[i] = std::sqrt(here.weight) * here.field.At(sx, sy);
    sum += std::norm(fields[i]);
    if (!here.coherent) continue;
    for (size_t j = 0; j < i; ++j) {
      const Lit& there = droplets_[j];
      if (!there.coherent) continue;
      const Vector3 phase = {here.phase[0] - there.phase[0],
                             here.phase[1] - there.phase[1],
                             here.phase[2] - there.phase[2]};
      const std::complex<double> overlap(std::conj(fields[j]) * fields[i]);
      sum += 2 * static_cast<float>((overlap * MeanPhase(n, phase, turn)).real());
    }
  }
  if (second_colour_) {
    sum += second_weight_ * second_colour_->Intensity(sx, sy, sz, pitch);
  }
  return sum;
}

}  // namespace airy::simulation
