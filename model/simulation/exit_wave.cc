#include "model/simulation/exit_wave.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/fft_ifft2.h>
#include <ATen/ops/ones.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

using Complex = std::complex<float>;

// Grid points per wavelength. What refracts little needs fewer for the same agreement
// with Mie theory (README).
struct Sampling {
  double across, along;
};
Sampling SamplingFor(const Medium& medium) {
  return std::abs(medium.index - 1.0) < 0.1 ? Sampling{3, 2} : Sampling{4, 3};
}

// Margin around the droplet: a factor, and grid points.
constexpr double kMarginFactor = 2;
constexpr double kMarginPoints = 24;

// The next even number that has no prime factor above 5: sizes FFTs like.
int NextSmooth(double at_least) {
  for (int n = static_cast<int>(std::ceil(at_least)) + 1;; ++n) {
    int rest = n;
    for (int factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1 && n % 2 == 0) return n;
  }
}

// exp(i (k_z - k) dz) in FFT order.
std::vector<Complex> FreePropagator(int edge, double step_nm, double k, double dz_nm) {
  std::vector<Complex> propagator(static_cast<size_t>(edge) * edge);
  const double dq = 2 * std::numbers::pi / (edge * step_nm);
  for (int row = 0; row < edge; ++row) {
    const double qy = dq * (row < edge / 2 ? row : row - edge);
    for (int col = 0; col < edge; ++col) {
      const double qx = dq * (col < edge / 2 ? col : col - edge);
      const std::complex<double> kz =
          std::sqrt(std::complex<double>(k * k - qx * qx - qy * qy));
      propagator[static_cast<size_t>(row) * edge + col] =
          Complex(std::exp(std::complex<double>(0, 1) * (kz - k) * dz_nm));
    }
  }
  return propagator;
}

// Multiplies `envelope` by the transmission of the slice at `z`.
void CrossSlice(const Droplet& droplet, double z_nm, double step_nm,
                std::complex<double> phase_per_slice, int edge, Complex* envelope) {
  const Complex inside(std::exp(phase_per_slice));
  const int reach = static_cast<int>(droplet.HalfWidthNm() / step_nm) + 2;
  const int middle = edge / 2;
  for (int row = middle - reach; row <= middle + reach; ++row) {
    for (int col = middle - reach; col <= middle + reach; ++col) {
      const double distance = droplet.SignedDistance((col - middle) * step_nm,
                                                     (row - middle) * step_nm, z_nm);
      const double occupancy = 0.5 - distance / step_nm;
      if (occupancy <= 0) continue;
      envelope[static_cast<size_t>(row) * edge + col] *=
          occupancy >= 1 ? inside : Complex(std::exp(phase_per_slice * occupancy));
    }
  }
}

void Multiply(const std::vector<Complex>& factors, Complex* values) {
  for (size_t i = 0; i < factors.size(); ++i) {
    // Spelled out: operator* of std::complex checks for NaN.
    const float re =
        values[i].real() * factors[i].real() - values[i].imag() * factors[i].imag();
    const float im =
        values[i].real() * factors[i].imag() + values[i].imag() * factors[i].real();
    values[i] = {re, im};
  }
}

Complex* Values(at::Tensor& tensor) {
  return reinterpret_cast<Complex*>(tensor.data_ptr<c10::complex<float>>());
}

}  // namespace

double ExitWave::Norm() const {
  double sum = 0;
  for (const Complex& u : envelope) sum += static_cast<double>(std::norm(u));
  return sum / static_cast<double>(envelope.size());
}

ExitWave PropagateThrough(const Droplet& droplet, const Medium& medium) {
  const c10::InferenceMode inference;
  const double k = 2 * std::numbers::pi / medium.wavelength_nm;
  ExitWave wave;
  const Sampling sampling = SamplingFor(medium);
  wave.step_nm = medium.wavelength_nm / sampling.across;
  const double dz_nm = medium.wavelength_nm / sampling.along;
  wave.reach_nm = std::max(droplet.HalfWidthNm(), droplet.HalfDepthNm());
  wave.edge = NextSmooth(kMarginFactor * 2 * droplet.HalfWidthNm() / wave.step_nm +
                         kMarginPoints);
  const int slices = static_cast<int>(std::ceil(2 * droplet.HalfDepthNm() / dz_nm)) + 1;
  const std::complex<double> phase_per_slice =
      std::complex<double>(0, 1) * k * (medium.index - 1.0) * dz_nm;
  const auto propagator = FreePropagator(wave.edge, wave.step_nm, k, dz_nm);

  at::Tensor field = at::ones({wave.edge, wave.edge}, at::kComplexFloat);
  for (int slice = 0; slice < slices; ++slice) {
    if (slice > 0) {
      field = at::fft_fft2(field);
      Multiply(propagator, Values(field));
      field = at::fft_ifft2(field);
    }
    wave.plane_nm = (slice - 0.5 * (slices - 1)) * dz_nm;
    CrossSlice(droplet, wave.plane_nm, wave.step_nm, phase_per_slice, wave.edge,
               Values(field));
  }
  wave.envelope.assign(Values(field), Values(field) + field.numel());
  return wave;
}

}  // namespace airy::simulation
