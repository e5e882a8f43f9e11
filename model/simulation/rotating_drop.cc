#include "model/simulation/rotating_drop.h"

#include <cmath>
#include <numbers>

#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

// With x = sin t and u = cos^2 t the integrand of z is smooth up to the equator:
// sin t (1 - Sigma u) / sqrt(1 + 2 Sigma - (Sigma^2 + 2 Sigma) u + Sigma^2 u^2).
double SlopeOf(double sigma, double sine) {
  const double u = 1 - sine * sine;
  return sine * (1 - sigma * u) /
         std::sqrt(1 + 2 * sigma - (sigma * sigma + 2 * sigma) * u +
                   sigma * sigma * u * u);
}

// Angles t from pole to equator in even panels, three Gauss points in each.
constexpr int kPanels = 16;
constexpr double kPanel = std::numbers::pi / 2 / kPanels;

struct Point {
  double sine, weight;
};
using Points = std::array<std::array<Point, 3>, kPanels>;

const Points& GaussPoints() {
  static const Points points = [] {
    Points result;
    const double offset = std::sqrt(0.6);
    for (int panel = 0; panel < kPanels; ++panel) {
      for (int i = 0; i < 3; ++i) {
        const double t = (panel + 0.5 + 0.5 * offset * (i - 1)) * kPanel;
        result[static_cast<size_t>(panel)][static_cast<size_t>(i)] = {
            std::sin(t), kPanel * (i == 1 ? 8.0 : 5.0) / 18};
      }
    }
    return result;
  }();
  return points;
}

// In units of the equatorial radius.
struct Profile {
  std::array<double, kPanels + 1> height{};  // z at the panels' ends
  double volume = 0;
  double inertia = 0;  // int r^2 dV
};

// Integrated by parts: V = 2 pi int r^2 (-dz/dr) dr and I = pi int r^4 (-dz/dr) dr.
Profile ProfileOf(double sigma) {
  Profile profile;
  for (size_t panel = kPanels; panel-- > 0;) {
    profile.height[panel] = profile.height[panel + 1];
    for (const Point& point : GaussPoints()[panel]) {
      const double step = point.weight * SlopeOf(sigma, point.sine);
      const double square = point.sine * point.sine;
      profile.height[panel] += step;
      profile.volume += 2 * std::numbers::pi * square * step;
      profile.inertia += std::numbers::pi * square * square * step;
    }
  }
  return profile;
}

double EqualVolumeRadius(const Profile& profile) {
  return std::cbrt(3 * profile.volume / (4 * std::numbers::pi));
}

double AngularMomentumSquare(double sigma, const Profile& profile) {
  const double radius = EqualVolumeRadius(profile);
  return profile.inertia * profile.inertia * sigma / std::pow(radius, 7);
}

// Where `rise`, which grows from 0 at Sigma = 0 nearly in proportion, reaches `target`:
// the method of false position, with the Illinois correction.
template <typename Rise>
double SigmaWhere(Rise rise, double target) {
  double low = 0, high = 1;
  double low_gap = -target, high_gap = rise(high) - target;
  for (int i = 0; i < 60 && high - low > 1e-13; ++i) {
    const double middle = low - low_gap * (high - low) / (high_gap - low_gap);
    const double gap = rise(middle) - target;
    if (std::abs(gap) < 1e-13) return middle;
    if (gap < 0) {
      low = middle;
      low_gap = gap;
      high_gap /= 2;
    } else {
      high = middle;
      high_gap = gap;
      low_gap /= 2;
    }
  }
  return (low + high) / 2;
}

}  // namespace

RotatingDrop::RotatingDrop(double sigma) : sigma_(sigma) {
  const Profile profile = ProfileOf(sigma);
  const double radius = EqualVolumeRadius(profile);
  axis_ratio_ = profile.height[0];
  angular_momentum_ = std::sqrt(AngularMomentumSquare(sigma, profile));
  angular_velocity_ = std::sqrt(sigma * radius * radius * radius);

  // Every second panel's end, pole and equator included: for a sphere, Chebyshev's nodes
  // in t.
  for (size_t i = 0; i < kNodes; ++i) {
    const size_t end = 2 * i;
    const double height = profile.height[end];
    const double across = std::sin(static_cast<double>(end) * kPanel);
    const double square = height * height + across * across;
    nodes_[i] = height * height / square;
    coefficients_[i] = std::sqrt(square) / radius;
  }
  for (size_t order = 1; order < kNodes; ++order) {  // divided differences
    for (size_t i = kNodes - 1; i >= order; --i) {
      coefficients_[i] =
          (coefficients_[i] - coefficients_[i - 1]) / (nodes_[i] - nodes_[i - order]);
    }
  }
}

RotatingDrop RotatingDrop::OfAxisRatio(double axis_ratio) {
  AIRY_CHECK(axis_ratio >= kMinAxisRatio && axis_ratio <= 1);
  return RotatingDrop(SigmaWhere(
      [](double sigma) { return 1 - ProfileOf(sigma).height[0]; }, 1 - axis_ratio));
}

RotatingDrop RotatingDrop::OfAngularMomentum(double angular_momentum) {
  AIRY_CHECK(angular_momentum >= 0 && angular_momentum <= kMaxAngularMomentum);
  return RotatingDrop(SigmaWhere(
      [](double sigma) { return AngularMomentumSquare(sigma, ProfileOf(sigma)); },
      angular_momentum * angular_momentum));
}

}  // namespace airy::simulation
