#include "model/simulation/single_pattern.h"

#include <cmath>
#include <complex>
#include <numbers>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/detector_model.h"

namespace airy::simulation {
namespace {

constexpr double kPixelCentre = 0.5;

// From the beam, in units of the distance to the detector.
double TangentOf(int pixel, int size) {
  return (pixel + kPixelCentre - 0.5 * size) / size * kPlateDiameterMm / kDistanceMm;
}

double Square(double x) { return x * x; }

// The amplitudes of two droplets in direction n: psi = k (n - z) . separation.
double IntensityOf(const std::complex<float>& first, const std::complex<float>& second,
                   const PatternSource& source, const Vector3& n) {
  const PatternSource::Second& other = *source.second;
  const std::complex<double> f1(first),
      f2 = other.amplitude * std::complex<double>(second);
  if (!other.coherent) return std::norm(f1) + std::norm(f2);
  const double k_per_um = 2000 * std::numbers::pi / source.medium.wavelength_nm;
  const double psi = k_per_um * (Dot(n, other.separation_um) - other.separation_um[2]);
  return std::norm(f1 + f2 * std::polar(1.0, -psi));
}

// What the detector makes of the light that comes from direction n.
double Response(const PatternDetector& detector, const Vector3& n) {
  if (std::hypot(n[0], n[1]) < std::sin(Radians(detector.hole_deg))) return 0;
  double response = 1;
  if (detector.flat_detector) response *= n[2] * n[2] * n[2];
  if (detector.polarisation_deg) {
    // sin(theta) cos(phi - angle) is n's component along the polarisation.
    const double angle = Radians(*detector.polarisation_deg);
    response *= 1 - Square(n[0] * std::cos(angle) + n[1] * std::sin(angle));
  }
  return response;
}

}  // namespace

std::vector<float> SinglePattern(const PatternSource& source,
                                 const PatternDetector& detector, Method method,
                                 const std::string& device) {
  const FarField first = FarField::Of(source.droplet, source.medium, method, device);
  std::optional<FarField> second;
  if (source.second) {
    second = FarField::Of(source.second->droplet, source.medium, method, device);
  }
  std::vector<float> pattern;
  pattern.reserve(static_cast<size_t>(detector.size) *
                  static_cast<size_t>(detector.size));
  for (int row = 0; row < detector.size; ++row) {
    const double y = -TangentOf(row, detector.size);
    for (int col = 0; col < detector.size; ++col) {
      const double x = TangentOf(col, detector.size);
      const double scale = 1 / std::sqrt(1 + x * x + y * y);
      const Vector3 n = {x * scale, y * scale, scale};
      const auto sx = static_cast<float>(n[0]), sy = static_cast<float>(n[1]);
      const double intensity =
          second ? IntensityOf(first.At(sx, sy), second->At(sx, sy), source, n)
                 : static_cast<double>(first.Intensity(sx, sy));
      pattern.push_back(static_cast<float>(intensity * Response(detector, n)));
    }
  }
  return pattern;
}

std::vector<uint16_t> NoisyPattern(const std::vector<float>& intensity, int size,
                                   double photons, uint64_t seed) {
  std::vector<float> expected = intensity;
  double sum = 0;
  size_t pixel = 0;
  for (int row = 0; row < size; ++row) {
    for (int col = 0; col < size; ++col, ++pixel) {
      const double radius = std::hypot(TangentOf(row, size), TangentOf(col, size));
      if (radius > kPlateDiameterMm / 2 / kDistanceMm) expected[pixel] = 0;
      sum += static_cast<double>(expected[pixel]);
    }
  }
  const double scale = sum > 0 ? photons / sum : 0;  // what scatters nothing stays dark
  for (float& value : expected) value *= static_cast<float>(scale);
  Random random(seed, 0, 0);
  return DetectorModel(size).Expose(std::move(expected), {}, &random);
}

}  // namespace airy::simulation
