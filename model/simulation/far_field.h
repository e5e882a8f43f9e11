#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/simulation/droplet.h"
#include "model/simulation/medium.h"
#include "preprocess/frame/status.h"

namespace airy::simulation {

// How the field inside a droplet is found, from the best to the crudest; README says how
// far each is from Mie theory.
enum class Method : uint8_t { kSplitStep, kPmsft, kMsftRay, kMsftAbsorption, kBorn };
inline constexpr std::array<std::string_view, 5> kMethodNames = {
    "split-step", "pmsft", "msft-ray", "msft-absorption", "born"};

// Droplets reach this many wavelengths from the origin at most; larger ones would take
// grids of gigabytes.
inline constexpr double kMaxHalfExtent = 24;

// InvalidArgument where no Fourier transform can be computed: "cpu" or "cuda:N" is asked
// for, and N must be a GPU that LibTorch sees.
Status CheckDevice(const std::string& device);

// The scattering amplitude f of one droplet at the origin, for all directions up to a
// little more than 30 degrees from the beam. |f|^2 is the differential cross section in
// nm^2/sr. A direction is given by its transverse components (sx, sy) = sin(theta) (cos
// phi, sin phi); the momentum transfer across the beam is k (sx, sy). Immutable, so
// thread-safe.
class FarField {
 public:
  // Transverse components reach this far: sin 30 degrees, and room for a decentred beam.
  static constexpr double kMaxSine = 0.51;

  // Runs the method, by LibTorch on the calling thread and on a device that CheckDevice
  // accepts. Thread-safe.
  static FarField Of(const Droplet& droplet, const Medium& medium,
                     Method method = Method::kSplitStep,
                     const std::string& device = "cpu");

  // Cubic interpolation; |sx|, |sy| <= kMaxSine.
  std::complex<float> At(float sx, float sy) const;
  float Intensity(float sx, float sy) const { return std::norm(At(sx, sy)); }

  // The grid: points (col - half, row - half) * step, 2 * half + 1 per side.
  int half() const { return half_; }
  double step() const { return step_; }
  float GridIntensity(int col, int row) const {
    return std::norm(grid_[static_cast<size_t>(row) * (2 * half_ + 1) + col]);
  }

 private:
  FarField() = default;

  int half_ = 0;
  double step_ = 0;
  float per_step_ = 0;
  std::vector<std::complex<float>> grid_;
};

inline std::complex<float> FarField::At(float sx, float sy) const {
  const float x = sx * per_step_ + static_cast<float>(half_);
  const float y = sy * per_step_ + static_cast<float>(half_);
  const int col = static_cast<int>(x);
  const int row = static_cast<int>(y);
  // Lagrange weights of the four points -1, 0, 1, 2 around t.
  const auto weights = [](float t, float* w) {
    const float a = t + 1, b = t - 1, c = t - 2;
    w[0] = -t * b * c * (1.0F / 6);
    w[1] = a * b * c * 0.5F;
    w[2] = -a * t * c * 0.5F;
    w[3] = a * t * b * (1.0F / 6);
  };
  float wx[4], wy[4];
  weights(x - static_cast<float>(col), wx);
  weights(y - static_cast<float>(row), wy);
  const auto stride = 2 * static_cast<size_t>(half_) + 1;
  const std::complex<float>* corner =
      &grid_[static_cast<size_t>(row - 1) * stride + static_cast<size_t>(col - 1)];
  float re = 0, im = 0;
  for (int i = 0; i < 4; ++i, corner += stride) {
    float row_re = 0, row_im = 0;
    for (int j = 0; j < 4; ++j) {
      row_re += wx[j] * corner[j].real();
      row_im += wx[j] * corner[j].imag();
    }
    re += wy[i] * row_re;
    im += wy[i] * row_im;
  }
  return {re, im};
}

}  // namespace airy::simulation
