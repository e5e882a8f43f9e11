#pragma once

#include <array>
#include <cstddef>

namespace airy::simulation {

// The equilibrium shape of a liquid drop in rigid rotation, on the axisymmetric (oblate)
// branch from the sphere to where its poles turn nearly flat; beyond angular momentum
// 1.22 the branch is unstable to a triaxial shape. Closed form of Chandrasekhar, Proc. R.
// Soc. A 286, 1 (1965), with Sigma = rho omega^2 a^3 / 8 sigma and r in units of the
// equatorial radius a:
//   z(r) = int_r^1 x (1 - Sigma + Sigma x^2) / sqrt(1 - x^2 (1 - Sigma + Sigma x^2)^2)
//   dx.
// Lengths are in units of the radius R of the sphere of equal volume. Immutable, so
// thread-safe.
class RotatingDrop {
 public:
  static constexpr double kMinAxisRatio = 0.5;
  static constexpr double kMaxAngularMomentum = 1.7;

  // c/a, kMinAxisRatio..1.
  static RotatingDrop OfAxisRatio(double axis_ratio);
  // Lambda = L / sqrt(8 sigma rho R^7), 0..kMaxAngularMomentum.
  static RotatingDrop OfAngularMomentum(double angular_momentum);

  double sigma() const { return sigma_; }
  double axis_ratio() const { return axis_ratio_; }
  double angular_momentum() const { return angular_momentum_; }
  // Omega = omega sqrt(rho R^3 / 8 sigma).
  double angular_velocity() const { return angular_velocity_; }

  // Distance of the surface from the centre where the square of the cosine of the angle
  // to the axis is t, and its derivative by t: a polynomial through points of the exact
  // profile, within 2e-6 of it down to c/a 0.6 and 2e-4 down to 0.5.
  struct Polar {
    double radius, slope;
  };
  Polar At(double t) const {
    Polar p{coefficients_[kNodes - 1], 0};
    for (int i = kNodes - 2; i >= 0; --i) {
      const auto at = static_cast<size_t>(i);
      const double from_node = t - nodes_[at];
      p.slope = p.slope * from_node + p.radius;
      p.radius = p.radius * from_node + coefficients_[at];
    }
    return p;
  }

 private:
  static constexpr int kNodes = 9;

  explicit RotatingDrop(double sigma);

  double sigma_;
  double axis_ratio_;
  double angular_momentum_;
  double angular_velocity_;
  std::array<double, kNodes> nodes_{}, coefficients_{};  // Newton's form
};

}  // namespace airy::simulation
