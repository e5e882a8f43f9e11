#include "model/simulation/far_field.h"

#include <c10/core/InferenceMode.h>

#include "model/simulation/amplitudes.h"
#include "model/simulation/compute_device.h"

namespace airy::simulation {
namespace {

using AmplitudeFunction = at::Tensor (*)(const OpticalSlices&, const FarTransform&);

// By Method.
constexpr std::array<AmplitudeFunction, kMethodNames.size()> kAmplitudes = {
    SplitStepAmplitude, PmsftAmplitude, MsftRayAmplitude, MsftAbsorptionAmplitude,
    BornAmplitude};

}  // namespace

Status CheckDevice(const std::string& device) { return ComputeDevice(device).status(); }

FarField FarField::Of(const Droplet& droplet, const Medium& medium, Method method,
                      const std::string& device) {
  const c10::InferenceMode inference;
  const OpticalSlices optics(droplet, medium, ComputeDevice(device).value());
  const SlicedDroplet& grid = optics.grid();
  const FarTransform transform(grid.edge(), grid.step_nm(), grid.reach_nm(),
                               medium.wavelength_nm, kMaxSine, optics.device());
  const at::Tensor amplitude =
      kAmplitudes[static_cast<size_t>(method)](optics, transform).cpu().contiguous();

  FarField field;
  field.half_ = transform.half();
  field.step_ = transform.step_sine();
  field.per_step_ = static_cast<float>(1 / field.step_);
  const auto* values = reinterpret_cast<const std::complex<float>*>(
      amplitude.data_ptr<c10::complex<float>>());
  field.grid_.assign(values, values + amplitude.numel());
  return field;
}

}  // namespace airy::simulation
