// One noise-free pattern of 224x224 pixels of the median droplet (R = 335 nm at 24.8 and
// 20 eV) on one core, by each method, beside the slice sum as the textbook has it: one
// Fourier transform of 1024x1024 points per slice.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/polar.h>
#include <ATen/ops/zeros.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"
#include "model/simulation/optical_slices.h"
#include "model/simulation/single_pattern.h"

namespace airy::simulation {
namespace {

constexpr double kRadiusNm = 335;
constexpr int kFullEdge = 1024;

void CountPatterns(benchmark::State& state) {
  state.counters["patterns/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void Pattern(benchmark::State& state, Method method, double energy_ev) {
  PatternSource source;
  source.medium = HeliumAt(energy_ev);
  source.droplet = Droplet::Sphere(kRadiusNm);
  for (auto _ : state) {
    benchmark::DoNotOptimize(SinglePattern(source, PatternDetector{}, method));
  }
  CountPatterns(state);
}

// Attenuation on straight rays; the interpolation onto pixels is left out.
void FullSizeSliceSum(benchmark::State& state, double energy_ev) {
  const c10::InferenceMode inference;
  const Medium helium = HeliumAt(energy_ev);
  for (auto _ : state) {
    const OpticalSlices optics(Droplet::Sphere(kRadiusNm), helium, c10::DeviceType::CPU);
    const SlicedDroplet& grid = optics.grid();
    const at::Tensor loss = optics.Loss();
    const at::Tensor source = (loss.cumsum(0) - loss * 0.5).exp().mul_(optics.Contrast());
    const at::Tensor frequencies = at::cat({at::arange(kFullEdge / 2, at::kFloat),
                                            at::arange(-kFullEdge / 2, 0, at::kFloat)});
    const at::Tensor s =
        frequencies * (helium.wavelength_nm / (kFullEdge * grid.step_nm()));
    const at::Tensor square = s * s;
    const at::Tensor qz =
        ((1 - (square.unsqueeze(0) + square.unsqueeze(1))).clamp_min(0).sqrt() - 1) *
        optics.k();
    at::Tensor sum = at::zeros({kFullEdge, kFullEdge}, at::kComplexFloat);
    at::Tensor padded = at::zeros({kFullEdge, kFullEdge}, at::kComplexFloat);
    for (int slice = 0; slice < grid.slices(); ++slice) {
      padded.narrow(0, 0, grid.window()).narrow(1, 0, grid.window()).copy_(source[slice]);
      const at::Tensor angle = qz * -grid.PlaneNm(slice);
      sum.add_(at::fft_fft2(padded).mul_(at::polar(at::ones_like(angle), angle)));
    }
    benchmark::DoNotOptimize(sum.abs().square().sum().item<float>());
  }
  CountPatterns(state);
}

#define AIRY_SCATTERING(function, name, ...) \
  BENCHMARK_CAPTURE(function, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)
AIRY_SCATTERING(FullSizeSliceSum, at_24_8_ev, 24.8);
AIRY_SCATTERING(Pattern, split_step_24_8_ev, Method::kSplitStep, 24.8);
AIRY_SCATTERING(Pattern, pmsft_24_8_ev, Method::kPmsft, 24.8);
AIRY_SCATTERING(Pattern, msft_ray_24_8_ev, Method::kMsftRay, 24.8);
AIRY_SCATTERING(Pattern, msft_absorption_24_8_ev, Method::kMsftAbsorption, 24.8);
AIRY_SCATTERING(Pattern, born_24_8_ev, Method::kBorn, 24.8);
AIRY_SCATTERING(FullSizeSliceSum, at_20_ev, 20);
AIRY_SCATTERING(Pattern, split_step_20_ev, Method::kSplitStep, 20);
AIRY_SCATTERING(Pattern, pmsft_20_ev, Method::kPmsft, 20);
AIRY_SCATTERING(Pattern, msft_ray_20_ev, Method::kMsftRay, 20);

}  // namespace
}  // namespace airy::simulation
