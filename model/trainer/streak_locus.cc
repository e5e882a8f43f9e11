#include "model/trainer/streak_locus.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "model/simulation/detector_geometry.h"
#include "preprocess/frame/check.h"

namespace airy::trainer {
namespace {

constexpr double kHalfWidthPx = 12;
constexpr double kInnerDeg = 6;

using Vector3 = std::array<double, 3>;

Vector3 Cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2],
          a[0] * b[1] - a[1] * b[0]};
}

// The pixels within kHalfWidthPx of the line, as 0 and 1.
class Band {
 public:
  Band(const Vector3& axis, int size)
      : size_(size), near_(static_cast<size_t>(size) * static_cast<size_t>(size)) {
    const double across = std::hypot(axis[0], axis[1]);
    if (across <= 0) return;  // along the beam: the cone is the beam itself
    const Vector3 u = {-axis[1] / across, axis[0] / across, 0};
    const Vector3 v = Cross(axis, u);
    // Closer than a pixel to each other where they are in the image.
    constexpr int kSteps = 8192;
    for (int i = 0; i < kSteps; ++i) {
      const double t = 2 * std::numbers::pi * i / kSteps;
      const double c = std::cos(t) * across, s = std::sin(t) * across;
      Vector3 n;
      for (size_t k = 0; k < 3; ++k) n[k] = axis[2] * axis[k] + s * u[k] + c * v[k];
      if (n[2] > 0) Mark(n[0] / n[2], n[1] / n[2]);
    }
  }
  bool Holds(int row, int col) const {
    return near_[static_cast<size_t>(row) * static_cast<size_t>(size_) +
                 static_cast<size_t>(col)] != 0;
  }

 private:
  // Around a point at these tangents from the beam.
  void Mark(double x, double y) {
    const double px_per_tangent =
        simulation::kDistanceMm / simulation::kPlateDiameterMm * size_;
    const double col = 0.5 * size_ - 0.5 + x * px_per_tangent;
    const double row = 0.5 * size_ - 0.5 - y * px_per_tangent;
    const double reach = kHalfWidthPx + size_;
    if (std::abs(col) > reach || std::abs(row) > reach) return;
    const auto first = [](double at) {
      return std::max(0, static_cast<int>(std::ceil(at - kHalfWidthPx)));
    };
    const auto last = [this](double at) {
      return std::min(size_ - 1, static_cast<int>(std::floor(at + kHalfWidthPx)));
    };
    for (int r = first(row); r <= last(row); ++r) {
      for (int c = first(col); c <= last(col); ++c) {
        if (std::hypot(r - row, c - col) > kHalfWidthPx) continue;
        near_[static_cast<size_t>(r) * static_cast<size_t>(size_) +
              static_cast<size_t>(c)] = 1;
      }
    }
  }

  const int size_;
  std::vector<uint8_t> near_;
};

}  // namespace

LocusEnergy& LocusEnergy::operator+=(const LocusEnergy& other) {
  on_line += other.on_line;
  on_turned += other.on_turned;
  all += other.all;
  return *this;
}

LocusEnergy MeasureLocus(const std::array<double, 3>& axis, const Image& map) {
  AIRY_CHECK(map.rows() == map.cols());
  const int size = map.rows();
  const Band line(axis, size), turned({-axis[1], axis[0], axis[2]}, size);
  const double mm_per_px = simulation::kPlateDiameterMm / size;
  const double inner_px =
      simulation::kDistanceMm * std::tan(simulation::Radians(kInnerDeg)) / mm_per_px;
  LocusEnergy energy;
  for (int row = 0; row < size; ++row) {
    for (int col = 0; col < size; ++col) {
      const double from_beam = std::hypot(row - 0.5 * size + 0.5, col - 0.5 * size + 0.5);
      if (from_beam <= inner_px) continue;
      const double value = std::max(0.0, static_cast<double>(map.at(row, col)));
      energy.all += value;
      if (line.Holds(row, col)) energy.on_line += value;
      if (turned.Holds(row, col)) energy.on_turned += value;
    }
  }
  return energy;
}

RatioEstimate EstimateRatio(std::span<const LocusEnergy> shots, int resamples,
                            uint64_t seed) {
  if (shots.empty()) return {};
  const auto ratio_of = [&](auto pick) {
    LocusEnergy sum;
    for (size_t i = 0; i < shots.size(); ++i) sum += shots[pick(i)];
    return sum.on_turned > 0 ? sum.on_line / sum.on_turned : 0;
  };
  RatioEstimate estimate;
  estimate.ratio = ratio_of([](size_t i) { return i; });
  std::mt19937_64 random(seed);
  std::vector<double> ratios(static_cast<size_t>(resamples));
  for (double& ratio : ratios) {
    ratio = ratio_of([&](size_t) { return random() % shots.size(); });
  }
  std::sort(ratios.begin(), ratios.end());
  const auto quantile = [&](double share) {
    return ratios[static_cast<size_t>(share * static_cast<double>(ratios.size() - 1))];
  };
  if (!ratios.empty()) {
    estimate.low = quantile(0.025);
    estimate.high = quantile(0.975);
  }
  return estimate;
}

}  // namespace airy::trainer
