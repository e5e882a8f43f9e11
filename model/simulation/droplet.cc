#include "model/simulation/droplet.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "preprocess/frame/check.h"

namespace airy::simulation {

double Dot(const Vector3& a, const Vector3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Droplet::Droplet(Shape shape, double radius_nm, double axis_ratio, const Vector3& axis)
    : shape_(shape), radius_nm_(radius_nm), axis_ratio_(axis_ratio), axis_(axis) {
  AIRY_CHECK(radius_nm > 0 && std::abs(Dot(axis, axis) - 1) < 1e-9);
  if (shape == Shape::kCapsule) {
    // Volume 2 pi b^3 (A - 1/3) = 4 pi R^3 / 3.
    across_nm_ = radius_nm / std::cbrt(1.5 * axis_ratio - 0.5);
  } else {
    across_nm_ = radius_nm / std::cbrt(axis_ratio);
  }
  along_nm_ = across_nm_ * axis_ratio;
}

Droplet Droplet::Sphere(double radius_nm) {
  return Droplet(Shape::kSphere, radius_nm, 1, {0, 0, 1});
}

Droplet Droplet::Oblate(double radius_nm, double axis_ratio, const Vector3& axis) {
  AIRY_CHECK(axis_ratio > 0 && axis_ratio <= 1);
  return Droplet(Shape::kOblate, radius_nm, axis_ratio, axis);
}

Droplet Droplet::Capsule(double radius_nm, double axis_ratio, const Vector3& axis) {
  AIRY_CHECK(axis_ratio >= 1);
  return Droplet(Shape::kCapsule, radius_nm, axis_ratio, axis);
}

double Droplet::SignedDistance(double x, double y, double z) const {
  const double square = x * x + y * y + z * z;
  if (shape_ == Shape::kSphere) return std::sqrt(square) - radius_nm_;
  const double along = x * axis_[0] + y * axis_[1] + z * axis_[2];
  if (shape_ == Shape::kCapsule) {
    const double beyond = std::max(0.0, std::abs(along) - (along_nm_ - across_nm_));
    const double across_square = std::max(0.0, square - along * along);
    return std::sqrt(across_square + beyond * beyond) - across_nm_;
  }
  // Level set g = |M r| with M = diag(1/across, 1/across, 1/along): (g - 1) g / |M^2 r|.
  const double u = (square - along * along) / (across_nm_ * across_nm_);
  const double v = along * along / (along_nm_ * along_nm_);
  const double g = std::sqrt(std::max(0.0, u) + v);
  const double gradient = std::sqrt(std::max(0.0, u) / (across_nm_ * across_nm_) +
                                    v / (along_nm_ * along_nm_));
  return gradient > 0 ? (g - 1) * g / gradient : -along_nm_;
}

double Droplet::HalfDepthNm() const {
  if (shape_ == Shape::kCapsule) {
    return std::abs(axis_[2]) * (along_nm_ - across_nm_) + across_nm_;
  }
  return std::hypot(along_nm_ * axis_[2],
                    across_nm_ * std::sqrt(std::max(0.0, 1 - axis_[2] * axis_[2])));
}

double Droplet::HalfWidthNm() const {
  const double sine = std::sqrt(std::max(0.0, 1 - axis_[2] * axis_[2]));
  if (shape_ == Shape::kCapsule) return sine * (along_nm_ - across_nm_) + across_nm_;
  return across_nm_;
}

double Droplet::BoundingRadiusNm() const { return std::max(along_nm_, across_nm_); }

double Droplet::ProjectedRatio() const {
  if (shape_ == Shape::kCapsule) return across_nm_ / HalfWidthNm();
  const double sine_square = 1 - axis_[2] * axis_[2];
  return std::sqrt(axis_ratio_ * axis_ratio_ * sine_square + axis_[2] * axis_[2]);
}

double Droplet::TiltDeg() const {
  return std::asin(std::min(1.0, std::abs(axis_[2]))) * 180 / std::numbers::pi;
}

double OblateAxisRatio(double angular_momentum) {
  const double square = angular_momentum * angular_momentum;
  return 1 - 0.3234 * square + 0.0714 * square * square;
}

}  // namespace airy::simulation
