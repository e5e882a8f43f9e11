#include "model/simulation/far_field.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

// Light from the droplet's rim turns the amplitude by this many radians from one grid
// point to the next; what is diffracted beyond the rim turns it up to twice as fast. Half
// of it costs R = 600 nm spheres 0.1 dex against Mie at the minima.
constexpr double kPhasePerStep = 0.33;
// Complex numbers as two planes, so that the loops below run over plain floats.
struct Planes {
  explicit Planes(size_t size) : re(size), im(size) {}
  std::vector<float> re, im;
};

// exp(-i k s x) for grid directions s (rows) and points x (columns).
Planes Kernel(int directions, double step, double k, int points, double step_nm) {
  Planes kernel(static_cast<size_t>(directions) * points);
  const int straight_on = directions / 2, on_axis = points / 2;
  for (int d = 0; d < directions; ++d) {
    const double s = (d - straight_on) * step;
    for (int p = 0; p < points; ++p) {
      const double phase = -k * s * (p - on_axis) * step_nm;
      const size_t at = static_cast<size_t>(d) * points + p;
      kernel.re[at] = static_cast<float>(std::cos(phase));
      kernel.im[at] = static_cast<float>(std::sin(phase));
    }
  }
  return kernel;
}

// out[n x cols] = a[n x m] b[m x cols].
Planes Product(const Planes& a, const Planes& b, int n, int m, int cols) {
  Planes out(static_cast<size_t>(n) * cols);
  for (int row = 0; row < n; ++row) {
    float* out_re = &out.re[static_cast<size_t>(row) * cols];
    float* out_im = &out.im[static_cast<size_t>(row) * cols];
    for (int j = 0; j < m; ++j) {
      const float a_re = a.re[static_cast<size_t>(row) * m + j];
      const float a_im = a.im[static_cast<size_t>(row) * m + j];
      const float* b_re = &b.re[static_cast<size_t>(j) * cols];
      const float* b_im = &b.im[static_cast<size_t>(j) * cols];
      for (int col = 0; col < cols; ++col) {
        out_re[col] += a_re * b_re[col] - a_im * b_im[col];
        out_im[col] += a_re * b_im[col] + a_im * b_re[col];
      }
    }
  }
  return out;
}

Planes Transposed(const Planes& a, int rows, int cols) {
  Planes out(a.re.size());
  for (int row = 0; row < rows; ++row) {
    for (int col = 0; col < cols; ++col) {
      const size_t from = static_cast<size_t>(row) * cols + col;
      const size_t to = static_cast<size_t>(col) * rows + row;
      out.re[to] = a.re[from];
      out.im[to] = a.im[from];
    }
  }
  return out;
}

// What the droplet changed: u - 1. The first row and column have no partner across the
// middle; leaving them out keeps a symmetric droplet's pattern symmetric.
Planes Disturbance(const ExitWave& wave) {
  Planes planes(wave.envelope.size());
  for (int row = 1; row < wave.edge; ++row) {
    for (int col = 1; col < wave.edge; ++col) {
      const size_t at = static_cast<size_t>(row) * wave.edge + col;
      planes.re[at] = wave.envelope[at].real() - 1;
      planes.im[at] = wave.envelope[at].imag();
    }
  }
  return planes;
}

}  // namespace

// f = -(i k / 2 pi) sqrt(k_z / k) exp(-i (k_z - k) z) F[u - 1]. The root: split-step
// propagation conserves the sum of |u|^2, so u counts power, and d^2q = k k_z dOmega.
// The directions fill only a small part of the grid an FFT would give, so the transform
// is two matrix products. The surface was softened over one grid step, which to lowest
// order multiplied f by exp(-|q|^2 step^2 / 24); that is undone.
FarField::FarField(const ExitWave& wave, double wavelength_nm) {
  const double k = 2 * std::numbers::pi / wavelength_nm;
  step_ = std::min(kPhasePerStep / (k * wave.reach_nm), kMaxSine / 16);
  half_ = static_cast<int>(std::ceil(kMaxSine / step_)) + 2;
  per_step_ = static_cast<float>(1 / step_);
  const int side = 2 * half_ + 1;
  const int points = wave.edge;

  const Planes kernel = Kernel(side, step_, k, points, wave.step_nm);
  const Planes half_way = Product(kernel, Disturbance(wave), side, points, points);
  const Planes transform =
      Product(half_way, Transposed(kernel, side, points), side, points, side);

  grid_.resize(static_cast<size_t>(side) * side);
  for (int row = 0; row < side; ++row) {
    for (int col = 0; col < side; ++col) {
      const double sx = (col - half_) * step_;
      const double sy = (row - half_) * step_;
      const double cosine = std::sqrt(std::max(0.0, 1 - sx * sx - sy * sy));
      const double q = k * std::sqrt(2 * (1 - cosine));
      const double sharpening = std::exp(q * q * wave.step_nm * wave.step_nm / 24);
      const std::complex<double> factor =
          sharpening * std::complex<double>(0, -k / (2 * std::numbers::pi)) *
          std::sqrt(cosine) *
          std::polar(wave.step_nm * wave.step_nm, -k * (cosine - 1) * wave.plane_nm);
      const size_t at = static_cast<size_t>(row) * side + col;
      grid_[at] = std::complex<float>(
          factor * std::complex<double>(transform.re[at], transform.im[at]));
    }
  }
}

}  // namespace airy::simulation
