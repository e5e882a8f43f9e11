#include "model/simulation/fringes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/helium.h"

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
// Neighbours closer than this draw straight fringes, others rings.
constexpr double kCloseBelowUm = 3;
constexpr int kAzimuths = 4;  // radial cuts

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

// The difference of two cuts.
Cut Less(const Cut& a, const Cut& b) {
  Cut difference;
  for (size_t i = 0; i < difference.size(); ++i) difference[i] = a[i] - b[i];
  return difference;
}

double AzimuthOfCut(int i) { return 2 * std::numbers::pi * i / kAzimuths; }

double DistanceUm(const Companion& companion) {
  return std::sqrt(Dot(companion.separation_um, companion.separation_um));
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
    : scene_(scene),
      light_(light),
      wavelength_um_(HeliumAt(scene.photon_energy_ev).wavelength_nm / 1000),
      photons_per_intensity_(1) {
  photons_per_intensity_ = scene.photons / Around({0, 0, 1}, Radians(30), 0).photons;
}

bool Fringes::ShowNewtonRings() const {
  for (size_t i = 0; i < scene_.companions.size(); ++i) {
    if (ShowsNewtonRings(i)) return true;
  }
  return false;
}

bool Fringes::ShowTwoRingSystems() const {
  for (size_t i = 0; i < scene_.companions.size(); ++i) {
    if (ShowsItsOwnRings(i)) return true;
  }
  return (scene_.droplet.core() && CoreShowsItsOwnRings()) ||
         (scene_.second_colour && SecondColourShowsItsOwnRings());
}

Fringes::Area Fringes::Around(const Vector3& centre, double radius_rad,
                              size_t companion) const {
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
      const auto first = static_cast<double>(light_.droplet().Intensity(x, y));
      double intensity = first;
      for (size_t k = 0; k < scene_.companions.size(); ++k) {
        const auto other =
            static_cast<double>(light_.weight(k) * light_.companion(k).Intensity(x, y));
        intensity += other;
        if (k == companion) {
          area.interference += solid_angle * 2 * std::sqrt(first * other);
        }
      }
      if (light_.second_colour() != nullptr) {
        intensity += static_cast<double>(
            light_.second_weight() * light_.second_colour()->droplet().Intensity(x, y));
      }
      area.intensity += solid_angle * intensity;
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

bool Fringes::ShowsNewtonRings(size_t companion) const {
  const Companion& other = scene_.companions[companion];
  const double distance_um = DistanceUm(other);
  if (!other.coherent || distance_um <= kCloseBelowUm) return false;
  const double first = std::sqrt(2 * wavelength_um_ / distance_um);
  const double second = std::sqrt(2.0) * first;
  if (Degrees(second - first) < kLeastSpacingPixels * kLabelPixelDeg) return false;
  const double sign = other.separation_um[2] < 0 ? -1 : 1;
  Vector3 centre = other.separation_um;
  for (double& component : centre) component *= sign / distance_um;
  const double centre_deg = Degrees(std::acos(std::min(1.0, centre[2])));
  if (centre_deg < kVisibleFromDeg || centre_deg > kVisibleToDeg) return false;
  const Area area = Around(centre, second, companion);
  return area.share_on_plate >= 0.5 && IsVisible(area, kNewtonContrast);
}

bool Fringes::ShowsItsOwnRings(size_t companion) const {
  const Companion& other = scene_.companions[companion];
  if (DistanceUm(other) <= kCloseBelowUm) return false;
  const double radius_nm = scene_.droplet.radius_nm();
  if (std::max(radius_nm, other.radius_nm) <
      kLeastRadiusRatio * std::min(radius_nm, other.radius_nm)) {
    return false;
  }
  const double wavelength_nm = wavelength_um_ * 1000;
  const auto weight = static_cast<double>(light_.weight(companion));
  double droplet_share = 0, companion_share = 0;
  for (int i = 0; i < kAzimuths; ++i) {
    const Cut droplet = RadialCut(light_.droplet(), AzimuthOfCut(i), 1);
    const Cut rings = RadialCut(light_.companion(companion), AzimuthOfCut(i), weight);
    droplet_share += VisibleShare(droplet, rings, wavelength_nm / (2 * radius_nm),
                                  photons_per_intensity_);
    companion_share += VisibleShare(rings, droplet, wavelength_nm / (2 * other.radius_nm),
                                    photons_per_intensity_);
  }
  return std::min(droplet_share, companion_share) / kAzimuths >= kRingShare;
}

// What the core changes, beside the light of the same droplet all of helium.
bool Fringes::CoreShowsItsOwnRings() const {
  const Droplet::Core& core = *scene_.droplet.core();
  const Medium helium = HeliumAt(scene_.photon_energy_ev);
  const FarField bare =
      FarField::Of(scene_.droplet.WithCore(core.ratio, helium.index), helium);
  const double radius_nm = scene_.droplet.radius_nm();
  double droplet_share = 0, core_share = 0;
  for (int i = 0; i < kAzimuths; ++i) {
    const Cut all = RadialCut(light_.droplet(), AzimuthOfCut(i), 1);
    const Cut droplet = RadialCut(bare, AzimuthOfCut(i), 1);
    const Cut change = Less(all, droplet);
    droplet_share += VisibleShare(droplet, change, helium.wavelength_nm / (2 * radius_nm),
                                  photons_per_intensity_);
    core_share +=
        VisibleShare(change, droplet, helium.wavelength_nm / (2 * radius_nm * core.ratio),
                     photons_per_intensity_);
  }
  return std::min(droplet_share, core_share) / kAzimuths >= kRingShare;
}

bool Fringes::SecondColourShowsItsOwnRings() const {
  const double radius_nm = scene_.droplet.radius_nm();
  const double second_nm = HeliumAt(scene_.second_colour->photon_energy_ev).wavelength_nm;
  const auto weight = static_cast<double>(light_.second_weight());
  double first_share = 0, second_share = 0;
  for (int i = 0; i < kAzimuths; ++i) {
    const Cut first = RadialCut(light_.droplet(), AzimuthOfCut(i), 1);
    const Cut second =
        RadialCut(light_.second_colour()->droplet(), AzimuthOfCut(i), weight);
    first_share += VisibleShare(first, second, wavelength_um_ * 1000 / (2 * radius_nm),
                                photons_per_intensity_);
    second_share +=
        VisibleShare(second, first, second_nm / (2 * radius_nm), photons_per_intensity_);
  }
  return std::min(first_share, second_share) / kAzimuths >= kRingShare;
}

double Fringes::LatticeContrast() const {
  double strongest = 0;
  for (size_t i = 0; i < scene_.companions.size(); ++i) {
    const Companion& other = scene_.companions[i];
    if (!other.coherent || DistanceUm(other) > kCloseBelowUm) continue;
    const double across_um = std::hypot(other.separation_um[0], other.separation_um[1]);
    if (Degrees(wavelength_um_ / across_um) < kLeastSpacingPixels * kLabelPixelDeg) {
      continue;
    }
    const Area area = Around({0, 0, 1}, Radians(kVisibleToDeg), i);
    if (!IsVisible(area, kLatticeContrast)) continue;
    strongest = std::max(strongest, area.interference / area.intensity);
  }
  return strongest;
}

}  // namespace airy::simulation
