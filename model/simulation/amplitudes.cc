#include "model/simulation/amplitudes.h"

#include <ATen/ops/ones_like.h>
#include <ATen/ops/polar.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "model/simulation/split_step.h"

namespace airy::simulation {
namespace {

// exp(i angle).
at::Tensor Turn(const at::Tensor& angle) {
  return at::polar(at::ones_like(angle), angle);
}

// The surface was softened over one grid step, which to lowest order multiplied f by
// exp(-|q|^2 step^2 / 24); |q|^2 = 2 k^2 (1 - cos theta).
at::Tensor Sharpening(const OpticalSlices& optics, const at::Tensor& cosine_less_one) {
  const double k_step = optics.k() * optics.grid().step_nm();
  return (cosine_less_one * (-k_step * k_step / 12)).exp();
}

using FieldAtSlice = std::function<at::Tensor(int slice)>;

// `source` gives (n^2 - 1) u of each slice, asked for in their order.
at::Tensor SliceSum(const OpticalSlices& optics, const FarTransform& transform,
                    const FieldAtSlice& source) {
  const SlicedDroplet& grid = optics.grid();
  const double k = optics.k();
  const at::Tensor qz_per_k = transform.CosineLessOne();
  const at::Tensor step_back = Turn(qz_per_k * (k * grid.slice_nm()));
  at::Tensor sum = transform.Apply(source(0));
  for (int slice = 1; slice < grid.slices(); ++slice) {
    sum = sum.mul_(step_back).add_(transform.Apply(source(slice)));
  }
  const double last_nm = grid.PlaneNm(grid.slices() - 1);
  const double cell = grid.step_nm() * grid.step_nm() * grid.slice_nm();
  return sum.mul_(Turn(qz_per_k * (-k * last_nm)))
      .mul_(transform.Recentring(grid.offset()))
      .mul_(Sharpening(optics, qz_per_k) * (k * k / (4 * std::numbers::pi) * cell));
}

// The field in the middle of each slice where `exponent` is gathered along the beam.
FieldAtSlice OnStraightRays(const OpticalSlices& optics, const at::Tensor& exponent) {
  const at::Tensor source =
      (exponent.cumsum(0) - exponent * 0.5).exp().mul_(optics.Contrast());
  return [source](int slice) { return source[slice]; };
}

}  // namespace

// f = -(i k / 2 pi) sqrt(k_z / k) exp(-i (k_z - k) z) F[u - 1]. The root: split-step
// propagation conserves the sum of |u|^2, so u counts power, and d^2q = k k_z dOmega.
at::Tensor SplitStepAmplitude(const OpticalSlices& optics,
                              const FarTransform& transform) {
  SplitStep wave(optics);
  wave.CrossAll();
  at::Tensor disturbance = wave.envelope() - 1;
  // The first row and column have no partner across the middle; leaving them out keeps a
  // symmetric droplet's pattern symmetric.
  disturbance.narrow(0, 0, 1).zero_();
  disturbance.narrow(1, 0, 1).zero_();
  const SlicedDroplet& grid = optics.grid();
  const double k = optics.k();
  const at::Tensor qz_per_k = transform.CosineLessOne();
  const double plane_nm = grid.PlaneNm(grid.slices() - 1);
  const double scale = k / (2 * std::numbers::pi) * grid.step_nm() * grid.step_nm();
  return transform.Apply(disturbance)
      .mul_(transform.Recentring(0))
      .mul_(Turn(qz_per_k * (-k * plane_nm) - std::numbers::pi / 2))
      .mul_(Sharpening(optics, qz_per_k).mul_((qz_per_k + 1).sqrt()).mul_(scale));
}

at::Tensor PmsftAmplitude(const OpticalSlices& optics, const FarTransform& transform) {
  SplitStep wave(optics);
  const at::Tensor contrast = optics.Contrast();
  return SliceSum(optics, transform, [&](int slice) {
    if (slice > 0) wave.Propagate();
    wave.CrossHalf(slice);
    const at::Tensor source = contrast[slice] * wave.Window();
    wave.CrossHalf(slice);
    return source;
  });
}

at::Tensor MsftRayAmplitude(const OpticalSlices& optics, const FarTransform& transform) {
  return SliceSum(optics, transform, OnStraightRays(optics, optics.Phase()));
}

at::Tensor MsftAbsorptionAmplitude(const OpticalSlices& optics,
                                   const FarTransform& transform) {
  return SliceSum(optics, transform, OnStraightRays(optics, optics.Loss()));
}

at::Tensor BornAmplitude(const OpticalSlices& optics, const FarTransform& transform) {
  const at::Tensor contrast = optics.Contrast();
  return SliceSum(optics, transform, [&contrast](int slice) { return contrast[slice]; });
}

}  // namespace airy::simulation
