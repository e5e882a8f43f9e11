#include "model/simulation/optical_slices.h"

#include <ATen/ops/from_blob.h>

#include <numbers>
#include <vector>

namespace airy::simulation {
namespace {

using Complex = std::complex<double>;

c10::Scalar ScalarOf(const Complex& value) {
  return c10::complex<double>(value.real(), value.imag());
}

}  // namespace

OpticalSlices::OpticalSlices(const Droplet& droplet, const Medium& medium,
                             c10::Device device)
    : grid_(droplet, medium),
      medium_(medium),
      core_index_(droplet.core() ? droplet.core()->index : medium.index),
      device_(device) {}

double OpticalSlices::k() const { return 2 * std::numbers::pi / medium_.wavelength_nm; }

at::Tensor OpticalSlices::Average(Complex outside, Complex core) const {
  const auto on_device = [this](const std::vector<float>& occupancy) {
    // The tensor only reads; ATen has no other way to borrow.
    return at::from_blob(const_cast<float*>(occupancy.data()),
                         {grid_.slices(), grid_.window(), grid_.window()}, at::kFloat)
        .to(device_);
  };
  const at::Tensor average = on_device(grid_.occupancy()) * ScalarOf(outside);
  if (grid_.core_occupancy().empty()) return average;
  return average + on_device(grid_.core_occupancy()) * ScalarOf(core - outside);
}

at::Tensor OpticalSlices::Phase() const {
  const Complex along = Complex(0, 1) * k() * grid_.slice_nm();
  return Average(along * (medium_.index - 1.0), along * (core_index_ - 1.0));
}

at::Tensor OpticalSlices::Loss() const {
  const double along = -k() * grid_.slice_nm();
  return Average(along * medium_.index.imag(), along * core_index_.imag());
}

at::Tensor OpticalSlices::Contrast() const {
  return Average(medium_.index * medium_.index - 1.0, core_index_ * core_index_ - 1.0);
}

}  // namespace airy::simulation
