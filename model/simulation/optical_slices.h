#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <complex>

#include "model/simulation/sliced_droplet.h"

namespace airy::simulation {

// What the slices of a droplet do to light, as tensors on a device: slices x window x
// window, complex, averaged over each grid cell. Immutable, so thread-safe.
class OpticalSlices {
 public:
  OpticalSlices(const Droplet& droplet, const Medium& medium, c10::Device device);

  const SlicedDroplet& grid() const { return grid_; }
  double wavelength_nm() const { return medium_.wavelength_nm; }
  double k() const;  // wave number, 1/nm
  c10::Device device() const { return device_; }

  // i k (n - 1) times the thickness of a slice.
  at::Tensor Phase() const;
  // Its real part: -k beta times the thickness.
  at::Tensor Loss() const;
  // n^2 - 1.
  at::Tensor Contrast() const;

 private:
  // `outside` where the droplet is alone, `core` within its core.
  at::Tensor Average(std::complex<double> outside, std::complex<double> core) const;

  SlicedDroplet grid_;
  Medium medium_;
  std::complex<double> core_index_;
  c10::Device device_;
};

}  // namespace airy::simulation
