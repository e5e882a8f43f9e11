#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

namespace airy::simulation {

// The Fourier transform of a field on a square grid across the beam, at the directions
// the detector sees: a small part of those an FFT of the whole grid would give, but
// sampled as finely as the droplet's extent asks for. Rows and columns are transformed
// one after the other, and only the directions kept go on from the first to the second.
// Immutable, so thread-safe.
class FarTransform {
 public:
  // `edge` points of `step_nm`, point edge/2 on the axis; the light comes from within
  // `reach_nm` of the origin. Directions reach `max_sine`.
  FarTransform(int edge, double step_nm, double reach_nm, double wavelength_nm,
               double max_sine, c10::Device device);

  // Directions (col - half, row - half) * step_sine; 2 half + 1 per side.
  int half() const { return half_; }
  double step_sine() const { return step_sine_; }

  // sum over x of field(x) exp(-i k s x), but for Recentred(); `field` is complex, of
  // `rows` x `rows` points, the first at `offset` in row and column of the grid.
  at::Tensor Apply(const at::Tensor& field) const;
  // Brings what Apply returned to the origin: exp(i k s x_first).
  at::Tensor Recentring(int offset) const;
  // cos(theta) - 1 of each direction: q_z / k.
  at::Tensor CosineLessOne() const;

 private:
  at::Tensor Kept(const at::Tensor& spectrum, int64_t dimension) const;

  int edge_;
  int padded_ = 0;  // points per side of the FFT
  int half_ = 0;
  double step_sine_ = 0;
  c10::Device device_;
};

}  // namespace airy::simulation
