#include "model/simulation/droplet.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

double Square(double x) { return x * x; }

Vector3 Cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2],
          a[0] * b[1] - a[1] * b[0]};
}

Vector3 Sum(double p, const Vector3& a, double q, const Vector3& b) {
  return {p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2]};
}

// The sine of an angle, from its cosine.
double SineOf(double cosine) { return std::sqrt(std::max(0.0, 1 - cosine * cosine)); }

// Volume of the Cassini oval of revolution with c = 1, in units of 4 pi / 3:
// V = 2 pi int_0^h [sqrt(A^4 + 4 z^2) - z^2 - 1] dz, h = sqrt(A^2 + 1).
double CassiniVolume(double a) {
  const double h = std::sqrt(a * a + 1);
  const double root = std::sqrt(Square(a * a) + 4 * h * h);
  const double integral =
      h * root / 2 + Square(a * a) / 4 * std::asinh(2 * h / (a * a)) - h * h * h / 3 - h;
  return 1.5 * integral;
}

// Distance of the oval's surface from its centre; t as in RotatingDrop::At.
double CassiniRadius(double a, double c, double t) {
  const double middle = c * c * (2 * t - 1);
  return std::sqrt(
      middle + std::sqrt(std::max(0.0, Square(middle) + Square(a * a) - Square(c * c))));
}

}  // namespace

double Dot(const Vector3& a, const Vector3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 AxisOf(double tilt_deg, double azimuth_deg) {
  const double across = std::cos(tilt_deg * kDegree);
  return {across * std::cos(azimuth_deg * kDegree),
          across * std::sin(azimuth_deg * kDegree), std::sin(tilt_deg * kDegree)};
}

Droplet::Droplet(Shape shape, double radius_nm, const std::array<double, 2>& ratios,
                 const Vector3& axis)
    : shape_(shape), radius_nm_(radius_nm), ratios_(ratios), axis_(axis) {
  AIRY_CHECK(radius_nm > 0 && std::abs(Dot(axis, axis) - 1) < 1e-9);
}

Droplet Droplet::Sphere(double radius_nm) {
  return Droplet(Shape::kSphere, radius_nm, {1, 1}, {0, 0, 1});
}

Droplet Droplet::Oblate(double radius_nm, double c_over_a, const Vector3& axis) {
  Droplet droplet(Shape::kOblate, radius_nm, {c_over_a, 1}, axis);
  droplet.drop_ = RotatingDrop::OfAxisRatio(c_over_a);
  droplet.axis_ratio_ = c_over_a;
  return droplet;
}

Droplet Droplet::Ellipsoid(double radius_nm, double a_over_b, double b_over_c,
                           const Vector3& axis, double roll_deg) {
  AIRY_CHECK(kEllipsoidRange.Holds(a_over_b) && kEllipsoidRange.Holds(b_over_c));
  Droplet droplet(Shape::kEllipsoid, radius_nm, {a_over_b, b_over_c}, axis);
  const double b = radius_nm * std::cbrt(b_over_c / a_over_b);
  droplet.lengths_nm_ = {a_over_b * b, b, b / b_over_c};
  droplet.axis_ratio_ = a_over_b;
  droplet.roll_deg_ = roll_deg;
  const double across = std::hypot(axis[0], axis[1]);
  const Vector3 level =
      across < 1e-9 ? Vector3{1, 0, 0} : Vector3{-axis[1] / across, axis[0] / across, 0};
  const Vector3 b_axis = Sum(std::cos(roll_deg * kDegree), level,
                             std::sin(roll_deg * kDegree), Cross(axis, level));
  droplet.cross_axes_ = {b_axis, Cross(axis, b_axis)};
  return droplet;
}

Droplet Droplet::Capsule(double radius_nm, double half_length_over_radius,
                         const Vector3& axis) {
  AIRY_CHECK(kCapsuleRange.Holds(half_length_over_radius));
  Droplet droplet(Shape::kCapsule, radius_nm, {half_length_over_radius, 1}, axis);
  // Volume 2 pi b^3 (A - 1/3) = 4 pi R^3 / 3.
  const double b = radius_nm / std::cbrt(1.5 * half_length_over_radius - 0.5);
  droplet.lengths_nm_ = {half_length_over_radius * b, b, 0};
  droplet.axis_ratio_ = half_length_over_radius;
  return droplet;
}

Droplet Droplet::TwoLobed(double radius_nm, double cassini_ratio, const Vector3& axis) {
  AIRY_CHECK(kCassiniRange.Holds(cassini_ratio));
  Droplet droplet(Shape::kTwoLobed, radius_nm, {cassini_ratio, 1}, axis);
  const double c = radius_nm / std::cbrt(CassiniVolume(cassini_ratio));
  const double a = cassini_ratio * c;
  droplet.lengths_nm_ = {a, c, 0};
  const double across = a < std::numbers::sqrt2 * c ? a * a / (2 * c)  // of the lobes
                                                    : std::sqrt(a * a - c * c);
  droplet.axis_ratio_ = std::sqrt(a * a + c * c) / across;
  return droplet;
}

Droplet Droplet::FissionPair(double radius_nm, double size_ratio, const Vector3& axis) {
  AIRY_CHECK(kSizeRange.Holds(size_ratio));
  Droplet droplet(Shape::kFissionPair, radius_nm, {size_ratio, 1}, axis);
  const double larger = radius_nm / std::cbrt(1 + size_ratio * size_ratio * size_ratio);
  droplet.lengths_nm_ = {larger, size_ratio * larger, 0};
  droplet.axis_ratio_ = 1 + size_ratio;
  return droplet;
}

Droplet Droplet::WithCore(double core_ratio, std::complex<double> core_index) const {
  AIRY_CHECK(kCoreRange.Holds(core_ratio));
  Droplet droplet = *this;
  droplet.core_ = Core{core_ratio, core_index};
  return droplet;
}

template <typename Visit>
void Droplet::WithDistance(Visit visit) const {
  const auto [p, q, s] = lengths_nm_;
  const auto along = [axis = axis_](double x, double y, double z) {
    return x * axis[0] + y * axis[1] + z * axis[2];
  };
  switch (shape_) {
    case Shape::kSphere:
      return visit([radius = radius_nm_](double x, double y, double z) {
        return std::sqrt(x * x + y * y + z * z) - radius;
      });
    case Shape::kOblate:
      // Level set r - R(t), whose gradient has the parts 1 along r and 2 R' sqrt(t (1-t))
      // / r across it.
      return visit([&](double x, double y, double z) {
        const double square = std::max(1e-6, x * x + y * y + z * z);
        const double t = std::min(1.0, Square(along(x, y, z)) / square);
        const RotatingDrop::Polar surface = drop_->At(t);
        const double r = std::sqrt(square);
        const double slope_square =
            4 * Square(surface.slope * radius_nm_) * t * (1 - t) / square;
        return (r - surface.radius * radius_nm_) / std::sqrt(1 + slope_square);
      });
    case Shape::kEllipsoid:
      // Level set g - 1 with g = |M r|, M = diag(1/a, 1/b, 1/c): (g - 1) g / |M^2 r|.
      return visit([&, weights = Vector3{1 / (p * p), 1 / (q * q), 1 / (s * s)}](
                       double x, double y, double z) {
        const Vector3 r = {x, y, z};
        const double u = Square(along(x, y, z)) * weights[0];
        const double v = Square(Dot(r, cross_axes_[0])) * weights[1];
        const double w = Square(Dot(r, cross_axes_[1])) * weights[2];
        const double g = std::sqrt(u + v + w);
        const double gradient =
            std::sqrt(u * weights[0] + v * weights[1] + w * weights[2]);
        return gradient > 0 ? (g - 1) * g / gradient : -lengths_nm_[2];
      });
    case Shape::kCapsule:
      return visit([&, straight = p - q, radius = q](double x, double y, double z) {
        const double a = along(x, y, z);
        const double beyond = std::max(0.0, std::abs(a) - straight);
        const double across_square = std::max(0.0, x * x + y * y + z * z - a * a);
        return std::sqrt(across_square + beyond * beyond) - radius;
      });
    case Shape::kTwoLobed:
      // Level set P - A with P the geometric mean of the distances from the foci; its
      // gradient is r / P.
      return visit([&, a = p, c = q](double x, double y, double z) {
        const double square = std::max(1e-6, x * x + y * y + z * z);
        const double fourth =
            Square(square + c * c) - Square(2 * c * along(x, y, z));  // P^4
        const double mean = std::sqrt(std::sqrt(std::max(0.0, fourth)));
        return (mean - a) * mean / std::sqrt(square);
      });
    case Shape::kFissionPair:
      return visit([&, larger = p, smaller = q](double x, double y, double z) {
        const double square = x * x + y * y + z * z;
        const double a = along(x, y, z);
        const auto from = [&](double centre) {
          return std::sqrt(std::max(0.0, square - 2 * centre * a + centre * centre));
        };
        return std::min(from(-smaller) - larger, from(larger) - smaller);
      });
  }
}

double Droplet::SignedDistance(double x, double y, double z) const {
  double result = 0;
  WithDistance([&](auto distance) { result = distance(x, y, z); });
  return result;
}

void Droplet::SignedDistances(const Vector3& start, double step_nm, int count,
                              double* distances) const {
  const auto [x, y, z] = start;
  WithDistance([=](auto distance) {
    for (int i = 0; i < count; ++i) distances[i] = distance(x + i * step_nm, y, z);
  });
}

double Droplet::Extent(double along) const {
  const auto [p, q, s] = lengths_nm_;
  switch (shape_) {
    case Shape::kCapsule:
      return along * (p - q) + q;
    case Shape::kFissionPair:
      return along * q + p;
    case Shape::kOblate:
    case Shape::kTwoLobed: {
      constexpr int kAngles = 180;  // finds the maximum within 1e-5 of the radius
      const double across = SineOf(along);
      double extent = 0;
      for (int i = 0; i <= kAngles; ++i) {
        const double angle = i * std::numbers::pi / 2 / kAngles;
        const double cosine = std::cos(angle);
        const double t = cosine * cosine;
        const double radius = shape_ == Shape::kOblate ? drop_->At(t).radius * radius_nm_
                                                       : CassiniRadius(p, q, t);
        extent = std::max(extent, radius * (along * cosine + across * std::sin(angle)));
      }
      return extent;
    }
    case Shape::kSphere:
    case Shape::kEllipsoid:
      break;
  }
  return radius_nm_;
}

std::array<double, 2> Droplet::ProjectedSquares() const {
  double xx = 0, xy = 0, yy = 0;
  const std::array<const Vector3*, 3> axes = {&axis_, &cross_axes_[0], &cross_axes_[1]};
  for (size_t i = 0; i < 3; ++i) {
    const double square = Square(lengths_nm_[i]);
    xx += square * Square((*axes[i])[0]);
    xy += square * (*axes[i])[0] * (*axes[i])[1];
    yy += square * Square((*axes[i])[1]);
  }
  const double middle = (xx + yy) / 2;
  const double apart = std::hypot((xx - yy) / 2, xy);
  return {middle + apart, middle - apart};
}

double Droplet::HalfDepthNm() const {
  if (shape_ == Shape::kEllipsoid) {
    return std::sqrt(Square(lengths_nm_[0] * axis_[2]) +
                     Square(lengths_nm_[1] * cross_axes_[0][2]) +
                     Square(lengths_nm_[2] * cross_axes_[1][2]));
  }
  return Extent(std::abs(axis_[2]));
}

double Droplet::HalfWidthNm() const {
  if (shape_ == Shape::kEllipsoid) return std::sqrt(ProjectedSquares()[0]);
  return std::max(Extent(0), Extent(SineOf(axis_[2])));
}

double Droplet::BoundingRadiusNm() const {
  if (shape_ == Shape::kEllipsoid) return lengths_nm_[0];
  return std::max(Extent(0), Extent(1));
}

double Droplet::ProjectedRatio() const {
  if (shape_ == Shape::kEllipsoid) {
    const auto [larger, smaller] = ProjectedSquares();
    return std::sqrt(smaller / larger);
  }
  const double sine = SineOf(axis_[2]);
  const double across = Extent(0);
  double along = Extent(sine);
  if (shape_ == Shape::kFissionPair) {  // its other end lies less far from the origin
    const auto [larger, smaller, unused] = lengths_nm_;
    along = (along + std::max(sine * larger + smaller, larger - sine * smaller)) / 2;
  }
  return std::min(across, along) / std::max(across, along);
}

double Droplet::TiltDeg() const {
  return std::asin(std::min(1.0, std::abs(axis_[2]))) / kDegree;
}

}  // namespace airy::simulation
