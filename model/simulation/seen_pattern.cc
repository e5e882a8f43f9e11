#include "model/simulation/seen_pattern.h"

#include <cmath>
#include <numbers>

#include "model/simulation/detector_geometry.h"

namespace airy::simulation {
namespace {

// Asymmetry times the square root of the photons it is seen in.
constexpr double kLeastSignalToNoise = 10;

}  // namespace

SeenPattern::SeenPattern(const Scene& scene, const FarField& field)
    : scene_(scene), field_(field) {
  const double hole = std::sin(Radians(scene.hole_deg));
  const double edge = std::sin(Radians(30));
  const double inner = std::sin(Radians(kVisibleFromDeg));
  const double outer = std::sin(Radians(kVisibleToDeg));
  const int half = field.half();
  double difference = 0, sum = 0, all = 0;
  for (int row = 0; row <= half; ++row) {  // the other half plane holds the partners
    for (int col = 0; col <= 2 * half; ++col) {
      const double s = std::hypot(row - half, col - half) * field.step();
      if (s < hole || s > edge) continue;
      const auto here = static_cast<double>(field.GridIntensity(col, row));
      const auto opposite =
          static_cast<double>(field.GridIntensity(2 * half - col, 2 * half - row));
      all += here + opposite;
      if (s < inner || s > outer) continue;
      difference += std::abs(here - opposite);
      sum += here + opposite;
    }
  }
  if (sum <= 0) return;
  photons_ = scene.photons * sum / all;
  asymmetry_ = difference / sum;
}

double SeenPattern::Asymmetry() const {
  return asymmetry_ * std::sqrt(photons_) >= kLeastSignalToNoise ? asymmetry_ : 0;
}

// In the direction n = (sin theta cos phi, sin theta sin phi, cos theta) the line is
//   cos(phi - phi_a) = tan(theta / 2) a_z / |a_across|,
// phi_a being the azimuth of the axis a.
double SeenPattern::Concentration() const {
  constexpr int kRings = 12, kAzimuths = 72;
  const double near = std::sin(Radians(20));
  const Vector3& axis = scene_.droplet.axis();
  const double across = std::hypot(axis[0], axis[1]);
  if (across <= 0) return 1;
  double concentration = 0;
  for (int i = 0; i < kRings; ++i) {
    const double theta =
        Radians(std::lerp(kVisibleFromDeg, kVisibleToDeg, (i + 0.5) / kRings));
    const double middle = std::tan(theta / 2) * axis[2] / across;
    const auto s = static_cast<float>(std::sin(theta));
    double on_line = 0, all = 0;
    int points_on_line = 0;
    for (int j = 0; j < kAzimuths; ++j) {
      const double phi = 2 * std::numbers::pi * (j + 0.5) / kAzimuths;
      const double x = std::cos(phi), y = std::sin(phi);
      const auto intensity = static_cast<double>(
          field_.Intensity(s * static_cast<float>(x), s * static_cast<float>(y)));
      all += intensity;
      if (std::abs((x * axis[0] + y * axis[1]) / across - middle) > near) continue;
      on_line += intensity;
      ++points_on_line;
    }
    if (all > 0 && points_on_line > 0) {
      concentration += on_line / points_on_line * kAzimuths / all;
    }
  }
  return concentration / kRings;
}

}  // namespace airy::simulation
