#include "model/simulation/sliced_droplet.h"

#include <algorithm>
#include <cmath>

namespace airy::simulation {
namespace {

// Grid points per wavelength. What refracts little needs fewer for the same agreement
// with Mie theory (README).
struct Sampling {
  double across, along;
};
Sampling SamplingFor(const Droplet& droplet, const Medium& medium) {
  double contrast = std::abs(medium.index - 1.0);
  if (droplet.core()) {
    contrast = std::max(contrast, std::abs(droplet.core()->index - 1.0));
  }
  return contrast < 0.1 ? Sampling{3, 2} : Sampling{4, 3};
}

// Margin around the droplet: a factor, and grid points.
constexpr double kMarginFactor = 2;
constexpr double kMarginPoints = 24;

}  // namespace

int NextSmooth(double at_least) {
  for (int n = static_cast<int>(std::ceil(at_least));; ++n) {
    int rest = n;
    for (int factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1 && n % 2 == 0) return n;
  }
}

SlicedDroplet::SlicedDroplet(const Droplet& droplet, const Medium& medium) {
  const Sampling sampling = SamplingFor(droplet, medium);
  step_nm_ = medium.wavelength_nm / sampling.across;
  slice_nm_ = medium.wavelength_nm / sampling.along;
  const double half_width_nm = droplet.HalfWidthNm();
  const double half_depth_nm = droplet.HalfDepthNm();
  reach_nm_ = std::max(half_width_nm, half_depth_nm);
  edge_ = NextSmooth(kMarginFactor * 2 * half_width_nm / step_nm_ + kMarginPoints + 1);
  slices_ = static_cast<int>(std::ceil(2 * half_depth_nm / slice_nm_)) + 1;
  window_ = 2 * (static_cast<int>(half_width_nm / step_nm_) + 2) + 1;
  occupancy_ = Fill(droplet, 1);
  if (droplet.core()) core_occupancy_ = Fill(droplet, droplet.core()->ratio);
}

std::vector<float> SlicedDroplet::Fill(const Droplet& droplet, double ratio) const {
  const auto width = static_cast<size_t>(window_);
  std::vector<float> result(static_cast<size_t>(slices_) * width * width);
  std::vector<double> distances(width);
  const double first_nm = -(window_ / 2) * step_nm_ / ratio;
  float* row = result.data();
  for (int slice = 0; slice < slices_; ++slice) {
    for (size_t i = 0; i < width; ++i, row += width) {
      const double y_nm = first_nm + static_cast<double>(i) * step_nm_ / ratio;
      droplet.SignedDistances({first_nm, y_nm, PlaneNm(slice) / ratio}, step_nm_ / ratio,
                              window_, distances.data());
      for (size_t j = 0; j < width; ++j) {
        row[j] = static_cast<float>(
            std::clamp(0.5 - distances[j] * ratio / step_nm_, 0.0, 1.0));
      }
    }
  }
  return result;
}

}  // namespace airy::simulation
