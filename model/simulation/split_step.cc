#include "model/simulation/split_step.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/fft_ifft2.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/polar.h>

#include <numbers>

namespace airy::simulation {
namespace {

// With s = q / k: k_z / k = sqrt(1 - s^2), or i sqrt(s^2 - 1) beyond the light cone.
at::Tensor FreePropagator(const SlicedDroplet& grid, double wavelength_nm,
                          c10::Device device) {
  const int half = grid.edge() / 2;
  const auto real = at::TensorOptions(at::kFloat).device(device);
  const at::Tensor frequencies =
      at::cat({at::arange(half, real), at::arange(-half, 0, real)});
  const at::Tensor s = frequencies * (wavelength_nm / (grid.edge() * grid.step_nm()));
  const at::Tensor square = s * s;
  const at::Tensor inside = 1 - (square.unsqueeze(0) + square.unsqueeze(1));
  const double k_dz = 2 * std::numbers::pi * grid.slice_nm() / wavelength_nm;
  return at::polar(((-inside).clamp_min(0).sqrt() * -k_dz).exp(),
                   (inside.clamp_min(0).sqrt() - 1) * k_dz);
}

}  // namespace

SplitStep::SplitStep(const OpticalSlices& optics)
    : optics_(optics),
      propagator_(FreePropagator(optics.grid(), optics.wavelength_nm(), optics.device())),
      half_crossing_((optics.Phase() * 0.5).exp()),
      envelope_(at::ones({optics.grid().edge(), optics.grid().edge()},
                         at::TensorOptions(at::kComplexFloat).device(optics.device()))) {}

void SplitStep::Propagate() {
  envelope_ = at::fft_ifft2(at::fft_fft2(envelope_).mul_(propagator_));
}

void SplitStep::CrossHalf(int slice) { Window().mul_(half_crossing_[slice]); }

void SplitStep::CrossAll() {
  for (int slice = 0; slice < optics_.grid().slices(); ++slice) {
    if (slice > 0) Propagate();
    CrossHalf(slice);
    CrossHalf(slice);
  }
}

at::Tensor SplitStep::Window() const {
  const int offset = optics_.grid().offset(), window = optics_.grid().window();
  return envelope_.narrow(0, offset, window).narrow(1, offset, window);
}

double SplitStep::Norm() const { return envelope_.abs().square().mean().item<double>(); }

}  // namespace airy::simulation
