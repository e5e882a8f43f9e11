#pragma once

#include <array>

namespace airy::simulation {

using Vector3 = std::array<double, 3>;  // x right, y up, z along the beam
double Dot(const Vector3& a, const Vector3& b);

// One helium droplet around the origin: a body of revolution. Thread-compatible value.
class Droplet {
 public:
  enum class Shape { kSphere, kOblate, kCapsule };

  // Radii are of the sphere of equal volume, in nm.
  static Droplet Sphere(double radius_nm);
  // `axis_ratio` = polar / equatorial radius, 0..1. `axis` has unit length.
  static Droplet Oblate(double radius_nm, double axis_ratio, const Vector3& axis);
  // A cylinder with hemispherical caps; `axis_ratio` = half length / radius, 1 or more.
  static Droplet Capsule(double radius_nm, double axis_ratio, const Vector3& axis);

  Shape shape() const { return shape_; }
  double radius_nm() const { return radius_nm_; }
  double axis_ratio() const { return axis_ratio_; }
  const Vector3& axis() const { return axis_; }

  // Distance to the surface in nm, negative inside; exact for spheres and capsules, to
  // first order near the surface of a spheroid.
  double SignedDistance(double x, double y, double z) const;
  // Half of the extent along the beam, and the largest half extent across it.
  double HalfDepthNm() const;
  double HalfWidthNm() const;
  double BoundingRadiusNm() const;
  // Short over long axis of the projection along the beam.
  double ProjectedRatio() const;
  // Angle between the symmetry axis and the detector plane, 0..90.
  double TiltDeg() const;

 private:
  Droplet(Shape shape, double radius_nm, double axis_ratio, const Vector3& axis);

  Shape shape_;
  double radius_nm_;
  double axis_ratio_;
  Vector3 axis_;
  double along_nm_;   // half extent along the axis
  double across_nm_;  // half extent perpendicular to it
};

// c/a of a rotating droplet of reduced angular momentum 0..1.22 on the axisymmetric
// branch: a fit to the closed form of Chandrasekhar, Proc. R. Soc. A 286, 1 (1965),
// within 0.005.
double OblateAxisRatio(double angular_momentum);

}  // namespace airy::simulation
