#pragma once

#include <ATen/core/Tensor.h>

#include "model/simulation/far_transform.h"
#include "model/simulation/optical_slices.h"

namespace airy::simulation {

// The methods: each gives the scattering amplitude f in nm at the directions of
// `transform`, as a complex tensor, rows along y. All but the first sum over slices
//   f = (k^2 / 4 pi) sum_s exp(-i q_z z_s) F[(n^2 - 1) u_s] dV,
// and differ in the field u_s that they take to reach a slice's middle. Thread-safe.

// From the field that leaves the droplet, after split-step propagation.
at::Tensor SplitStepAmplitude(const OpticalSlices& optics, const FarTransform& transform);
// The same propagated field, slice by slice.
at::Tensor PmsftAmplitude(const OpticalSlices& optics, const FarTransform& transform);
// Phase and attenuation gathered on straight rays.
at::Tensor MsftRayAmplitude(const OpticalSlices& optics, const FarTransform& transform);
// Attenuation alone: "multi-slice Fourier transform" as first used for single clusters.
at::Tensor MsftAbsorptionAmplitude(const OpticalSlices& optics,
                                   const FarTransform& transform);
// u = 1.
at::Tensor BornAmplitude(const OpticalSlices& optics, const FarTransform& transform);

}  // namespace airy::simulation
