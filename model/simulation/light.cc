#include "model/simulation/light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"
#include "model/simulation/vector_math.h"
#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

using transform::RunAt;

constexpr size_t kMostDroplets = 3;

struct AddIntensity {
  AIRY_SIMD_KERNEL void Run(size_t count, AmplitudeRow row, float weight,
                            float* __restrict sum) {
    const float* __restrict re = row.re;
    const float* __restrict im = row.im;
    for (size_t i = 0; i < count; ++i) {
      sum[i] += weight * (re[i] * re[i] + im[i] * im[i]);
    }
  }
};

// What two coherent droplets' interference adds.
struct Pair {
  AmplitudeRow first, second;
  float weight;                     // of the product of their amplitudes
  float phase_x, phase_y, phase_z;  // k times the way from the first to the second
};

// 2 Re(conj(f1) f2 exp(-i psi)) with psi = k (n - z) . separation. A pixel is a step of
// pitch cos(theta) across n, so psi turns by the projections below; averaging over it
// leaves about exp(-psi'^2 / 24).
struct AddInterference {
  AIRY_SIMD_KERNEL void Run(Directions n, float pitch, Pair pair, float* __restrict sum) {
    const float* __restrict re_1 = pair.first.re;
    const float* __restrict im_1 = pair.first.im;
    const float* __restrict re_2 = pair.second.re;
    const float* __restrict im_2 = pair.second.im;
    const float* __restrict x = n.x;
    const float* __restrict y = n.y;
    const float* __restrict z = n.z;
    for (size_t i = 0; i < n.count; ++i) {
      const float square = x[i] * x[i] + y[i] * y[i];
      const float psi = pair.phase_x * x[i] + pair.phase_y * y[i] -
                        pair.phase_z * (square / (1 + z[i]));  // 1 - z without loss
      const float along = psi + pair.phase_z;
      const float turn_x = pitch * z[i] * (pair.phase_x - along * x[i]);
      const float turn_y = pitch * z[i] * (pair.phase_y - along * y[i]);
      const float mean = Exp((turn_x * turn_x + turn_y * turn_y) * (-1.0F / 24));
      const SineCosine turned = OfRadians(psi);
      const float re = re_1[i] * re_2[i] + im_1[i] * im_2[i];
      const float im = re_1[i] * im_2[i] - im_1[i] * re_2[i];
      sum[i] += pair.weight * mean * (re * turned.cosine + im * turned.sine);
    }
  }
};

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
  std::array<float, kMostDroplets> re, im;
  std::array<AmplitudeRow, kMostDroplets> rows;
  for (size_t i = 0; i < droplets_.size(); ++i) {
    const std::complex<float> amplitude = droplets_[i].field.At(sx, sy);
    re[i] = amplitude.real();
    im[i] = amplitude.imag();
    rows[i] = {&re[i], &im[i]};
  }
  float sum = 0;
  SumAmplitudes(transform::SimdLevel::kBaseline, {&sx, &sy, &sz, 1}, pitch,
                std::span(rows).first(droplets_.size()), &sum);
  if (second_colour_) {
    sum += second_weight_ * second_colour_->Intensity(sx, sy, sz, pitch);
  }
  return sum;
}

void Light::SumAmplitudes(transform::SimdLevel simd, const Directions& directions,
                          float pitch, std::span<const AmplitudeRow> amplitudes,
                          float* intensity) const {
  AIRY_CHECK(amplitudes.size() == droplets_.size());
  std::fill_n(intensity, directions.count, 0.0F);
  for (size_t i = 0; i < droplets_.size(); ++i) {
    const Lit& here = droplets_[i];
    RunAt<AddIntensity>(simd, directions.count, amplitudes[i], here.weight, intensity);
    if (!here.coherent) continue;
    for (size_t j = 0; j < i; ++j) {
      const Lit& there = droplets_[j];
      if (!there.coherent) continue;
      const auto phase = [&](size_t axis) {
        return static_cast<float>(here.phase[axis] - there.phase[axis]);
      };
      RunAt<AddInterference>(
          simd, directions, pitch,
          Pair{amplitudes[j], amplitudes[i], 2 * std::sqrt(here.weight * there.weight),
               phase(0), phase(1), phase(2)},
          intensity);
    }
  }
}

}  // namespace airy::simulation
