#include "model/simulation/fringes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/helium.h"
#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

constexpr double kLeastSpacingPixels = 3;
constexpr double kNewtonContrast = 0.3;
constexpr double kLatticeContrast = 0.3;
constexpr double kRingContrast = 0.15;
// Of the visible angles over which a ring system must be seen.
constexpr double kRingShare = 0.4;
// Contrast times the square root of the photons it is seen in: a clear signal.
constexpr double kLeastSignalToNoise = 20;
// Radii closer than this show one ring system.
constexpr double kLeastRadiusRatio = 1.18;
// Beyond this separation the two droplets' fringes are finer than any pixel.
constexpr double kCloseBelowUm = 3;

constexpr int kCutPoints = 256;
using Cut = std::array<double, kCutPoints>;

// Intensity along a line from the beam outwards, over the visible angles.
Cut RadialCut(const FarField& field, double azimuth, double weight) {
  Cut cut;
  for (int i = 0; i < kCutPoints; ++i) {
    const double theta =
        Radians(std::lerp(kVisibleFromDeg, kVisibleToDeg, (i + 0.5) / kCutPoints));
    const float s = static_cast<float>(std::sin(theta));
    cut[static_cast<size_t>(i)] =
        weight *
        static_cast<double>(field.Intensity(s * static_cast<float>(std::cos(azimuth)),
                                            s * static_cast<float>(std::sin(azimuth))));
  }
  return cut;
}

// The share of the cut, in windows of one period, where one ring system swings visibly
// above the light of both and the noise of its photons.
double VisibleShare(const Cut& rings, const Cut& other, double period_rad,
                    double photons_per_intensity) {
  const double step = Radians(kVisibleToDeg - kVisibleFromDeg) / kCutPoints;
  const int window = std::clamp(static_cast<int>(period_rad / step), 3, kCutPoints / 2);
  int visible = 0, windows = 0;
  for (int from = 0; from + window <= kCutPoints; from += window, ++windows) {
    // The fall of the intensity across the window is no ring: compare with its ends'
    // line.
    const double begin = rings[static_cast<size_t>(from)];
    const double end = rings[static_cast<size_t>(from) + static_cast<size_t>(window) - 1];
    double least = 0, most = 0, total = 0;
    for (int i = 0; i < window; ++i) {
      const int at = from + i;
      const double level = rings[at] - std::lerp(begin, end, i / (window - 1.0));
      least = std::min(least, level);
      most = std::max(most, level);
      total += rings[at] + other[at];
    }
    if (total <= 0) continue;
    const double contrast = (most - least) / (2 * total / window);
    const double theta = Radians(kVisibleFromDeg) + (from + 0.5 * window) * step;
    const double photons =
        photons_per_intensity * total * step * 2 * std::numbers::pi * std::sin(theta);
    visible +=
        contrast >= kRingContrast && contrast * std::sqrt(photons) >= kLeastSignalToNoise;
  }
  return static_cast<double>(visible) / windows;
}

}  // namespace

Fringes::Fringes(const Scene& scene, const Light& light)
    : scene_(scene), light_(light), wavelength_um_(0), distance_um_(0) {
  AIRY_CHECK(!scene.companions.empty());
  wavelength_um_ = HeliumAt(scene.photon_energy_ev).wavelength_nm / 1000;
  const Vector3& separation = scene.companions.front().separation_um;
  distance_um_ = std::sqrt(Dot(separation, separation));
  photons_per_intensity_ = 1;
  photons_per_intensity_ = scene.photons / Around({0, 0, 1}, Radians(30)).photons;
}

Fringes::Area Fringes::Around(const Vector3& centre, double radius_rad) const {
  // A polar grid around `centre`.
  constexpr int kRadii = 24, kAzimuths = 32;
  const double across = std::hypot(centre[0], centre[1]);
  const Vector3 u =
      across > 0 ? Vector3{centre[1] / across, -centre[0] / across, 0} : Vector3{1, 0, 0};
  const Vector3 v = {centre[1] * u[2] - centre[2] * u[1],
                     centre[2] * u[0] - centre[0] * u[2],
                     centre[0] * u[1] - centre[1] * u[0]};
  const double inner = std::sin(Radians(scene_.hole_deg));
  const double outer = std::sin(Radians(30));
  Area area;
  double all = 0, on_plate = 0;
  for (int i = 0; i < kRadii; ++i) {
    const double alpha = radius_rad * (i + 0.5) / kRadii;
    const double solid_angle = std::sin(alpha);  // up to a factor
    for (int j = 0; j < kAzimuths; ++j) {
      const double azimuth = 2 * std::numbers::pi * j / kAzimuths;
      const double a = std::sin(alpha) * std::cos(azimuth);
      const double b = std::sin(alpha) * std::sin(azimuth);
      const double sx = centre[0] * std::cos(alpha) + u[0] * a + v[0] * b;
      const double sy = centre[1] * std::cos(alpha) + u[1] * a + v[1] * b;
      all += solid_angle;
      const double s = std::hypot(sx, sy);
      if (s < inner || s > outer) continue;
      on_plate += solid_angle;
      const auto x = static_cast<float>(sx), y = static_cast<float>(sy);
      const double first = static_cast<double>(light_.droplet().Intensity(x, y));
      const double second =
          static_cast<double>(light_.weight(0) * light_.companion(0).Intensity(x, y));
      area.interference += solid_angle * 2 * std::sqrt(first * second);
      area.intensity += solid_angle * (first + second);
    }
  }
  const double cell = radius_rad / kRadii * 2 * std::numbers::pi / kAzimuths;
  area.photons = photons_per_intensity_ * area.intensity * cell;
  area.share_on_plate = on_plate / all;
  return area;
}

bool Fringes::IsVisible(const Area& area, double least_contrast) const {
  if (area.intensity <= 0) return false;
  const double contrast = area.interference / area.intensity;
  return contrast >= least_contrast &&
         contrast * std::sqrt(area.photons) >= kLeastSignalToNoise;
}

bool Fringes::ShowNewtonRings() const {
  if (!scene_.companions.front().coherent || distance_um_ <= kCloseBelowUm) return false;
  const double first = std::sqrt(2 * wavelength_um_ / distance_um_);
  const double second = std::sqrt(2.0) * first;
  if (Degrees(second - first) < kLeastSpacingPixels * kLabelPixelDeg) return false;
  const double sign = scene_.companions.front().separation_um[2] < 0 ? -1 : 1;
  Vector3 centre = scene_.companions.front().separation_um;
  for (double& component : centre) component *= sign / distance_um_;
  const double centre_deg = Degrees(std::acos(std::min(1.0, centre[2])));
  if (centre_deg < kVisibleFromDeg || centre_deg > kVisibleToDeg) return false;
  const Area area = Around(centre, second);
  return area.share_on_plate >= 0.5 && IsVisible(area, kNewtonContrast);
}

bool Fringes::ShowTwoRingSystems() const {
  if (distance_um_ <= kCloseBelowUm) return false;
  const double radius_nm = scene_.droplet.radius_nm();
  const double companion_nm = scene_.companions.front().radius_nm;
  if (std::max(radius_nm, companion_nm) <
      kLeastRadiusRatio * std::min(radius_nm, companion_nm)) {
    return false;
  }
  const double wavelength_nm = wavelength_um_ * 1000;
  double droplet_share = 0, companion_share = 0;
  constexpr int kAzimuths = 4;
  for (int i = 0; i < kAzimuths; ++i) {
    const double azimuth = 2 * std::numbers::pi * i / kAzimuths;
    const Cut droplet = RadialCut(light_.droplet(), azimuth, 1);
    const Cut companion =
        RadialCut(light_.companion(0), azimuth, static_cast<double>(light_.weight(0)));
    droplet_share += VisibleShare(droplet, companion, wavelength_nm / (2 * radius_nm),
                                  photons_per_intensity_);
    companion_share += VisibleShare(
        companion, droplet, wavelength_nm / (2 * companion_nm), photons_per_intensity_);
  }
  return std::min(droplet_share, companion_share) / kAzimuths >= kRingShare;
}

bool Fringes::ShowLattice() const {
  const Vector3& separation = scene_.companions.front().separation_um;
  const double across_um = std::hypot(separation[0], separation[1]);
  if (!scene_.companions.front().coherent || distance_um_ > kCloseBelowUm) return false;
  if (Degrees(wavelength_um_ / across_um) < kLeastSpacingPixels * kLabelPixelDeg) {
    return false;
  }
  return IsVisible(Around({0, 0, 1}, Radians(kVisibleToDeg)), kLatticeContrast);
}

}  // namespace airy::simulation
