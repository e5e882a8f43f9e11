#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "model/simulation/far_field.h"
#include "model/simulation/mie.h"

namespace airy::simulation {

inline double Radians(double degrees) { return degrees * std::numbers::pi / 180; }

inline double IntensityAt(const FarField& field, double theta_deg, double azimuth_deg) {
  const double s = std::sin(Radians(theta_deg));
  return static_cast<double>(
      field.Intensity(static_cast<float>(s * std::cos(Radians(azimuth_deg))),
                      static_cast<float>(s * std::sin(Radians(azimuth_deg)))));
}

// How a simulated sphere compares with Mie theory over 3 to 30 degrees: the ratio of mean
// intensities; log10 intensity after scaling by the mean ratio; and the fringes that
// remain when a parabola is taken out of each curve of log10 intensity.
struct MieAgreement {
  double scale = 0;
  double rms_dex = 0;
  double fringe_correlation = 0;
};

inline std::vector<double> WithoutParabola(const std::vector<double>& y) {
  // Legendre polynomials up to order 2 are orthogonal on an even grid, nearly.
  const auto n = static_cast<double>(y.size());
  std::vector<double> rest = y;
  for (int order = 0; order <= 2; ++order) {
    double projection = 0, norm = 0;
    const auto value = [&](size_t i) {
      const double t = 2 * (static_cast<double>(i) + 0.5) / n - 1;
      return order == 0 ? 1 : order == 1 ? t : 1.5 * t * t - 0.5;
    };
    for (size_t i = 0; i < y.size(); ++i) {
      projection += rest[i] * value(i);
      norm += value(i) * value(i);
    }
    for (size_t i = 0; i < y.size(); ++i) rest[i] -= projection / norm * value(i);
  }
  return rest;
}

inline MieAgreement CompareWithMie(const FarField& field, const Medium& medium,
                                   double radius_nm) {
  const double k = 2 * std::numbers::pi / medium.wavelength_nm;
  const MieSphere mie(k * radius_nm, medium.index);
  std::vector<double> simulated, exact;
  double simulated_sum = 0, exact_sum = 0, mean = 0;
  for (double theta_deg = 3; theta_deg <= 30; theta_deg += 0.1) {
    double intensity = 0;
    constexpr int kAzimuths = 12;
    for (int i = 0; i < kAzimuths; ++i) {
      intensity += IntensityAt(field, theta_deg, 360.0 * i / kAzimuths) / kAzimuths;
    }
    const auto s = mie.At(Radians(theta_deg));
    const double reference = 0.5 * (std::norm(s.s1) + std::norm(s.s2)) / (k * k);
    simulated.push_back(std::log10(intensity));
    exact.push_back(std::log10(reference));
    simulated_sum += intensity;
    exact_sum += reference;
    mean += simulated.back() - exact.back();
  }
  MieAgreement result;
  result.scale = simulated_sum / exact_sum;
  const auto count = static_cast<double>(exact.size());
  mean /= count;
  const std::vector<double> x = WithoutParabola(simulated), y = WithoutParabola(exact);
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    const double rest = simulated[i] - exact[i] - mean;
    result.rms_dex += rest * rest / count;
    xy += x[i] * y[i];
    xx += x[i] * x[i];
    yy += y[i] * y[i];
  }
  result.rms_dex = std::sqrt(result.rms_dex);
  result.fringe_correlation = xy / std::sqrt(xx * yy);
  return result;
}

}  // namespace airy::simulation
