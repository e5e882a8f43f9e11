#include "model/simulation/pattern.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/simulation/detector_geometry.h"

namespace airy::simulation {
namespace {

using transform::RunAt;

// Interference is sampled at least this finely across the plate; point samples of two
// droplets' fringes on a coarser grid alias into rings that are not there.
constexpr int kLeastSamples = 896;
// The hole's edge is this wide, in pixels of a 1035-pixel image.
constexpr double kHoleEdgePixels = 1.5;
// Stray light depends on the distance from the beam alone and is tabled over it.
constexpr int kBins = 1024;
constexpr double kPlateTangent = kPlateDiameterMm / 2 / kDistanceMm;
// Length over which a streak falls to 1/e, in widths of the plate.
constexpr double kStreakLength = 0.2;
// Sums are taken in this many lanes, whatever the width of a vector.
constexpr size_t kSumLanes = 16;

struct Scale {
  AIRY_SIMD_KERNEL void Run(size_t count, float factor, float* values) {
    for (size_t i = 0; i < count; ++i) values[i] *= factor;
  }
};

struct Add {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* __restrict from,
                            float* __restrict sum) {
    for (size_t i = 0; i < count; ++i) sum[i] += from[i];
  }
};

}  // namespace

struct PhotonMap::Row {
  explicit Row(int edge)
      : count(static_cast<size_t>(edge)),
        x(Padded()),
        y(Padded()),
        z(Padded()),
        open(Padded()),
        values(Padded()) {}
  // Beyond `count` everything stays zero.
  std::vector<float> Padded() const {
    return std::vector<float>((count + kSumLanes - 1) / kSumLanes * kSumLanes);
  }

  size_t count;
  std::vector<float> x, y, z, open, values;
};

struct PhotonMap::FindRow {
  AIRY_SIMD_KERNEL void Run(size_t count, float centre, float pitch, float tangent_y,
                            float hole, float per_softness, float* __restrict x,
                            float* __restrict y, float* __restrict z,
                            float* __restrict open) {
    constexpr auto kPlate = static_cast<float>(kPlateTangent);
    for (size_t i = 0; i < count; ++i) {
      const float across = (static_cast<float>(static_cast<int>(i)) - centre) * pitch;
      const float square = across * across + tangent_y * tangent_y;
      const float cosine = 1 / std::sqrt(1 + square);
      const float share = (std::sqrt(square) - hole) * per_softness + 0.5F;
      const float least = share > 0 ? share : 0.0F;
      const float most = least < 1 ? least : 1.0F;
      x[i] = across * cosine;
      y[i] = tangent_y * cosine;
      z[i] = cosine;
      open[i] = square > kPlate * kPlate ? 0.0F : most;
    }
  }
};

// Intensities to what a sample gets; returns their sum.
struct PhotonMap::Weigh {
  AIRY_SIMD_KERNEL double Run(size_t count, bool corrected, const float* __restrict open,
                              const float* __restrict z, float* __restrict values) {
    float sums[kSumLanes] = {};
    for (size_t i = 0; i < count; i += kSumLanes) {
      for (size_t lane = 0; lane < kSumLanes; ++lane) {
        const float cosine = corrected ? 1.0F : z[i + lane];
        const float value = values[i + lane] * (cosine * cosine * cosine);
        values[i + lane] = open[i + lane] > 0 ? value * open[i + lane] : 0.0F;
        sums[lane] += values[i + lane];
      }
    }
    double sum = 0;
    for (float lane : sums) sum += static_cast<double>(lane);
    return sum;
  }
};

struct PhotonMap::AddStray {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* __restrict z,
                            const float* __restrict open, const float* __restrict table,
                            float* __restrict values) {
    constexpr auto kBinsPerTangent = static_cast<float>(kBins / kPlateTangent);
    for (size_t i = 0; i < count; ++i) {
      const float tangent = std::sqrt(1 / (z[i] * z[i]) - 1);
      const int bin = static_cast<int>(tangent * kBinsPerTangent);
      values[i] = open[i] * table[bin < kBins ? bin : kBins];
    }
  }
};

PhotonMap::PhotonMap(int size, const PlatePlacement& placement, bool corrected,
                     transform::SimdLevel simd)
    : size_(size),
      samples_(std::max(1, (kLeastSamples + size - 1) / size)),
      placement_(placement),
      corrected_(corrected),
      simd_(simd) {
  const auto centre = [this](double pixel) {
    return static_cast<float>((pixel + 0.5) * samples_ - 0.5);
  };
  grid_.edge = size_ * samples_;
  grid_.pitch = static_cast<float>(kPlateDiameterMm / grid_.edge / kDistanceMm);
  grid_.centre_row = centre(placement_.centre_row);
  grid_.centre_col = centre(placement_.centre_col);
}

void PhotonMap::FindSamples(int sample_row, Row* row) const {
  const float hole = static_cast<float>(std::tan(Radians(placement_.hole_deg)));
  constexpr double kSoftness = kHoleEdgePixels / 1035 * kPlateDiameterMm / kDistanceMm;
  RunAt<FindRow>(simd_, row->count, grid_.centre_col, grid_.pitch,
                 grid_.TangentY(static_cast<float>(sample_row)), hole,
                 static_cast<float>(1 / kSoftness), row->x.data(), row->y.data(),
                 row->z.data(), row->open.data());
}

void PhotonMap::AddToPixels(int sample_row, const std::vector<float>& values,
                            std::vector<float>* map) const {
  float* pixels =
      &(*map)[static_cast<size_t>(sample_row / samples_) * static_cast<size_t>(size_)];
  if (samples_ == 1) {
    RunAt<Add>(simd_, static_cast<size_t>(size_), values.data(), pixels);
    return;
  }
  for (int sample = 0; sample < grid_.edge; ++sample) {
    pixels[sample / samples_] += values[static_cast<size_t>(sample)];
  }
}

std::vector<float> PhotonMap::Photons(const Light* light, double photons,
                                      const StrayLight& stray) const {
  std::vector<float> map(static_cast<size_t>(size_) * static_cast<size_t>(size_));
  Row row(grid_.edge);
  if (light) {
    PlateLight plate(*light, grid_, simd_);
    double sum = 0;
    for (int sample = 0; sample < grid_.edge; ++sample) {
      FindSamples(sample, &row);
      plate.Row(sample, {row.x.data(), row.y.data(), row.z.data(), row.count},
                row.values.data());
      sum += RunAt<Weigh>(simd_, row.values.size(), corrected_, row.open.data(),
                          row.z.data(), row.values.data());
      AddToPixels(sample, row.values, &map);
    }
    RunAt<Scale>(simd_, map.size(), static_cast<float>(photons / sum), map.data());
  }
  const std::vector<float> table = RadialStray(stray);
  for (int sample = 0; sample < grid_.edge; ++sample) {
    FindSamples(sample, &row);
    RunAt<AddStray>(simd_, row.count, row.z.data(), row.open.data(), table.data(),
                    row.values.data());
    AddToPixels(sample, row.values, &map);
  }
  if (stray.streak) AddStreak(*stray.streak, &map);
  return map;
}

std::vector<float> PhotonMap::RadialStray(const StrayLight& stray) const {
  const double hole = std::tan(Radians(placement_.hole_deg));
  std::vector<double> falloff(kBins);
  double even_sum = 0, halo_sum = 0;  // integrals over the open plate
  for (int bin = 0; bin < kBins; ++bin) {
    const double tangent = (bin + 0.5) * kPlateTangent / kBins;
    const double theta_deg = std::max(1.0, Degrees(std::atan(tangent)));
    falloff[static_cast<size_t>(bin)] = std::pow(theta_deg, -stray.exponent);
    if (tangent < hole) continue;
    const double area = 2 * std::numbers::pi * tangent * kPlateTangent / kBins;
    even_sum += area;
    halo_sum += area * falloff[static_cast<size_t>(bin)];
  }
  const double sample_area = static_cast<double>(grid_.pitch * grid_.pitch);
  std::vector<float> photons(kBins + 1);
  for (int bin = 0; bin <= kBins; ++bin) {
    const double share = falloff[static_cast<size_t>(std::min(bin, kBins - 1))];
    photons[static_cast<size_t>(bin)] = static_cast<float>(
        sample_area * (stray.even / even_sum + stray.halo * share / halo_sum));
  }
  return photons;
}

void PhotonMap::AddStreak(const StrayLight::Streak& streak,
                          std::vector<float>* map) const {
  const double width = std::max(0.5, streak.width_pixels * size_ / 1035);
  const double length = kStreakLength * size_;
  const double peak =
      streak.photons / (width * std::sqrt(2 * std::numbers::pi)) / (2 * length);
  const auto profile = [&](bool across, double distance) {
    return across ? std::exp(-0.5 * distance * distance / (width * width))
                  : std::exp(-std::abs(distance) / length);
  };
  const auto edge = static_cast<size_t>(size_);
  std::vector<float> by_col(edge);
  for (size_t col = 0; col < edge; ++col) {
    by_col[col] = static_cast<float>(
        profile(streak.vertical, static_cast<double>(col) - placement_.centre_col));
  }
  for (size_t row = 0; row < edge; ++row) {
    const auto by_row =
        static_cast<float>(peak * profile(!streak.vertical, static_cast<double>(row) -
                                                                placement_.centre_row));
    for (size_t col = 0; col < edge; ++col) {
      float& pixel = (*map)[row * edge + col];
      pixel += pixel > 0 ? by_row * by_col[col] : 0;  // not in the hole and the corners
    }
  }
}

}  // namespace airy::simulation
