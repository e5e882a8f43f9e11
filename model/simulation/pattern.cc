#include "model/simulation/pattern.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/simulation/detector_geometry.h"

namespace airy::simulation {
namespace {

// Interference is sampled at least this finely across the plate; point samples of two
// droplets' fringes on a coarser grid alias into rings that are not there.
constexpr int kLeastSamples = 896;
// The hole's edge is this wide, in pixels of a 1035-pixel image.
constexpr double kHoleEdgePixels = 1.5;

}  // namespace

PhotonMap::PhotonMap(int size, const PlatePlacement& placement)
    : size_(size),
      samples_(std::max(1, (kLeastSamples + size - 1) / size)),
      placement_(placement) {}

template <typename Visit>
void PhotonMap::ForEachSample(Visit visit) const {
  const int edge = size_ * samples_;
  const float pitch = static_cast<float>(kPlateDiameterMm / edge / kDistanceMm);
  const float plate = static_cast<float>(kPlateDiameterMm / 2 / kDistanceMm);
  const float hole = static_cast<float>(std::tan(Radians(placement_.hole_deg)));
  const float softness =
      static_cast<float>(kHoleEdgePixels / 1035 * kPlateDiameterMm / kDistanceMm);
  const auto centre = [this](double pixel) {
    return static_cast<float>((pixel + 0.5) * samples_ - 0.5);
  };
  const float centre_row = centre(placement_.centre_row);
  const float centre_col = centre(placement_.centre_col);
  for (int row = 0; row < edge; ++row) {
    const float y = (centre_row - static_cast<float>(row)) * pitch;  // rows run downwards
    const size_t first = static_cast<size_t>(row / samples_) * static_cast<size_t>(size_);
    for (int col = 0; col < edge; ++col) {
      const float x = (static_cast<float>(col) - centre_col) * pitch;
      const float rho_square = x * x + y * y;
      if (rho_square > plate * plate) continue;
      const float open =
          std::clamp((std::sqrt(rho_square) - hole) / softness + 0.5F, 0.0F, 1.0F);
      if (open <= 0) continue;
      const float sz = 1 / std::sqrt(1 + rho_square);
      visit(first + static_cast<size_t>(col / samples_), x * sz, y * sz, sz, open);
    }
  }
}

void PhotonMap::AddPattern(const Light& light, double photons,
                           std::vector<float>* map) const {
  const float pitch =
      static_cast<float>(kPlateDiameterMm / (size_ * samples_) / kDistanceMm);
  std::vector<float> pattern(map->size());
  double sum = 0;
  ForEachSample([&](size_t pixel, float sx, float sy, float sz, float open) {
    const float value = open * sz * sz * sz * light.Intensity(sx, sy, sz, pitch);
    pattern[pixel] += value;
    sum += static_cast<double>(value);
  });
  const float scale = static_cast<float>(photons / sum);
  for (size_t i = 0; i < map->size(); ++i) (*map)[i] += scale * pattern[i];
}

void PhotonMap::AddStray(double even, double halo, double exponent,
                         std::vector<float>* map) const {
  // Both depend on the distance from the beam alone: photons per sample, by distance.
  constexpr int kBins = 1024;
  const double plate = kPlateDiameterMm / 2 / kDistanceMm;
  const double hole = std::tan(Radians(placement_.hole_deg));
  std::vector<double> falloff(kBins);
  double even_sum = 0, halo_sum = 0;  // integrals over the open plate
  for (int bin = 0; bin < kBins; ++bin) {
    const double tangent = (bin + 0.5) * plate / kBins;
    const double theta_deg = std::max(1.0, Degrees(std::atan(tangent)));
    falloff[static_cast<size_t>(bin)] = std::pow(theta_deg, -exponent);
    if (tangent < hole) continue;
    const double area = 2 * std::numbers::pi * tangent * plate / kBins;
    even_sum += area;
    halo_sum += area * falloff[static_cast<size_t>(bin)];
  }
  const double pitch = kPlateDiameterMm / (size_ * samples_) / kDistanceMm;
  std::vector<float> photons(kBins + 1);
  for (int bin = 0; bin <= kBins; ++bin) {
    const double share = falloff[static_cast<size_t>(std::min(bin, kBins - 1))];
    photons[static_cast<size_t>(bin)] =
        static_cast<float>(pitch * pitch * (even / even_sum + halo * share / halo_sum));
  }
  const float bins_per_tangent = static_cast<float>(kBins / plate);
  ForEachSample([&](size_t pixel, float sx, float sy, float sz, float open) {
    const float tangent = std::sqrt(sx * sx + sy * sy) / sz;
    (*map)[pixel] += open * photons[static_cast<size_t>(tangent * bins_per_tangent)];
  });
}

}  // namespace airy::simulation
