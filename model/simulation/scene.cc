#include "model/simulation/scene.h"

#include <cmath>
#include <numbers>

namespace airy::simulation {

Light::Light(const Scene& scene)
    : droplet_(FarField::Of(scene.droplet, HeliumAt(scene.photon_energy_ev))) {
  if (!scene.companion) return;
  const Companion& companion = *scene.companion;
  const Medium helium = HeliumAt(scene.photon_energy_ev);
  companion_ = FarField::Of(Droplet::Sphere(companion.radius_nm), helium);
  weight_ = static_cast<float>(companion.amplitude * companion.amplitude);
  coherent_ = companion.coherent;
  const double k_per_um = 2 * std::numbers::pi / helium.wavelength_nm * 1000;
  for (size_t i = 0; i < 3; ++i) {
    phase_per_direction_[i] = k_per_um * companion.separation_um[i];
  }
}

float Light::Intensity(float sx, float sy, float sz, float pitch) const {
  const std::complex<float> first = droplet_.At(sx, sy);
  if (!companion_) return std::norm(first);
  const std::complex<float> second = companion_->At(sx, sy);
  const float sum = std::norm(first) + weight_ * std::norm(second);
  if (!coherent_) return sum;

  // psi = k (n - z) . separation. A pixel is a step of `pitch` cos(theta) across n, so
  // psi turns by the projections below; averaging over it leaves about exp(-psi'^2 / 24).
  const Vector3 n = {sx, sy, sz};
  const double along = Dot(n, phase_per_direction_);
  const double turn = static_cast<double>(pitch) * static_cast<double>(sz);
  const double turn_x = turn * (phase_per_direction_[0] - along * n[0]);
  const double turn_y = turn * (phase_per_direction_[1] - along * n[1]);
  const double exponent = (turn_x * turn_x + turn_y * turn_y) / 24;
  if (exponent > 8) return sum;
  const double psi = along - phase_per_direction_[2];
  const std::complex<double> overlap =
      std::complex<double>(std::conj(first) * second) * std::polar(1.0, -psi);
  return sum + 2 * std::sqrt(weight_) *
                   static_cast<float>(overlap.real() * std::exp(-exponent));
}

}  // namespace airy::simulation
