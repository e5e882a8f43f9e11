#pragma once

#include <array>
#include <complex>
#include <optional>
#include <string_view>

#include "model/simulation/rotating_drop.h"

namespace airy::simulation {

using Vector3 = std::array<double, 3>;  // x right, y up, z along the beam
double Dot(const Vector3& a, const Vector3& b);

// The direction `tilt_deg` out of the detector plane, towards +z, and `azimuth_deg` in it
// from x towards y.
Vector3 AxisOf(double tilt_deg, double azimuth_deg);

// One droplet around the origin. Radii are of the sphere of equal volume, in nm; an axis
// has unit length; ratios are within the ranges below. Thread-compatible value.
class Droplet {
 public:
  enum class Shape { kSphere, kOblate, kEllipsoid, kCapsule, kTwoLobed, kFissionPair };

  // By Shape; what files and the command line call them.
  static constexpr std::array<std::string_view, 6> kShapeNames = {
      "sphere", "oblate", "ellipsoid", "capsule", "two-lobed", "fission-pair"};

  struct Range {
    double low, high;
    bool Holds(double value) const { return value >= low && value <= high; }
  };
  static constexpr Range kOblateRange = {RotatingDrop::kMinAxisRatio, 1};
  static constexpr Range kEllipsoidRange = {1, 4};
  static constexpr Range kCapsuleRange = {1, 8};
  static constexpr Range kCassiniRange = {1, 4};
  static constexpr Range kSizeRange = {0.2, 1};
  static constexpr Range kCoreRange = {0.05, 0.99};

  static Droplet Sphere(double radius_nm);
  // A rotating drop of polar over equatorial radius `c_over_a`; `axis` is that of
  // rotation.
  static Droplet Oblate(double radius_nm, double c_over_a, const Vector3& axis);
  // Half axes a >= b >= c; a lies along `axis`, b in the detector plane (along x for an
  // `axis` along the beam) and from there `roll_deg` about `axis`.
  static Droplet Ellipsoid(double radius_nm, double a_over_b, double b_over_c,
                           const Vector3& axis, double roll_deg);
  // A cylinder with hemispherical caps.
  static Droplet Capsule(double radius_nm, double half_length_over_radius,
                         const Vector3& axis);
  // A Cassini oval turned about its long axis, the points whose distances from two foci
  // at +-c have the product A^2; `cassini_ratio` = A/c. Necked below sqrt 2.
  static Droplet TwoLobed(double radius_nm, double cassini_ratio, const Vector3& axis);
  // Two spheres that touch, the smaller one `size_ratio` as large and at the end of
  // `axis`; the origin is halfway between the ends.
  static Droplet FissionPair(double radius_nm, double size_ratio, const Vector3& axis);

  // A concentric body of the same shape, `ratio` as large, of another material.
  struct Core {
    double ratio;
    std::complex<double> index;  // as Medium::index
  };
  Droplet WithCore(double core_ratio, std::complex<double> core_index) const;

  Shape shape() const { return shape_; }
  double radius_nm() const { return radius_nm_; }
  // The ratios the factory was given, in its order; 1 where it takes fewer.
  const std::array<double, 2>& ratios() const { return ratios_; }
  // Half length along the axis over the largest radius across it; oblate: c/a, ellipsoid:
  // a/b.
  double axis_ratio() const { return axis_ratio_; }
  const Vector3& axis() const { return axis_; }
  double roll_deg() const { return roll_deg_; }
  const std::optional<Core>& core() const { return core_; }

  // Distance to the surface in nm, negative inside; exact for spheres, capsules and
  // pairs, to first order near the surface of the others.
  double SignedDistance(double x, double y, double z) const;
  // The same for `count` points from `start` on, `step_nm` apart along x.
  void SignedDistances(const Vector3& start, double step_nm, int count,
                       double* distances) const;
  // The largest extents from the origin along the beam, across it, and in any direction.
  double HalfDepthNm() const;
  double HalfWidthNm() const;
  double BoundingRadiusNm() const;
  // Short over long axis of the projection along the beam.
  double ProjectedRatio() const;
  // Angle between the axis and the detector plane, 0..90.
  double TiltDeg() const;

 private:
  Droplet(Shape shape, double radius_nm, const std::array<double, 2>& ratios,
          const Vector3& axis);

  // Calls visit with the function (x, y, z) -> distance of this shape.
  template <typename Visit>
  void WithDistance(Visit visit) const;
  // Of a body of revolution: its largest extent in a direction that has the component
  // `along` of a unit vector on the axis, either way.
  double Extent(double along) const;
  // Of an ellipsoid: the squares of the half axes of its projection along the beam, the
  // larger one first.
  std::array<double, 2> ProjectedSquares() const;

  Shape shape_;
  double radius_nm_;
  std::array<double, 2> ratios_;
  Vector3 axis_;
  double roll_deg_ = 0;
  std::optional<Core> core_;

  double axis_ratio_ = 1;
  // Ellipsoid: half axes a, b, c. Capsule: half length and radius. Two-lobed: A and c.
  // Pair: the radii.
  Vector3 lengths_nm_{};
  std::array<Vector3, 2> cross_axes_{};  // of b and c
  std::optional<RotatingDrop> drop_;     // oblate
};

// c/a of a rotating droplet of reduced angular momentum, see RotatingDrop.
inline double OblateAxisRatio(double angular_momentum) {
  return RotatingDrop::OfAngularMomentum(angular_momentum).axis_ratio();
}

}  // namespace airy::simulation
