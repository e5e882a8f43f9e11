#include "model/simulation/droplet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace airy::simulation {
namespace {

// Volume and largest extents, from a grid of points.
struct Measured {
  double volume = 0, half_depth = 0, half_width = 0;
};

Measured Measure(const Droplet& droplet, double step) {
  Measured measured;
  const double reach = droplet.BoundingRadiusNm() + step;
  for (double z = -reach; z <= reach; z += step) {
    for (double y = -reach; y <= reach; y += step) {
      for (double x = -reach; x <= reach; x += step) {
        if (droplet.SignedDistance(x, y, z) > 0) continue;
        measured.volume += step * step * step;
        measured.half_depth = std::max(measured.half_depth, std::abs(z));
        measured.half_width = std::max(measured.half_width, std::hypot(x, y));
      }
    }
  }
  return measured;
}

class DropletShapeTest : public ::testing::TestWithParam<Droplet> {};

TEST_P(DropletShapeTest, HasTheVolumeOfItsSphereAndTheExtentsItStates) {
  const Droplet& droplet = GetParam();
  const Measured measured = Measure(droplet, 2.5);
  const double sphere = 4 * std::numbers::pi / 3 * std::pow(droplet.radius_nm(), 3);
  EXPECT_NEAR(measured.volume / sphere, 1, 0.01);
  EXPECT_NEAR(measured.half_depth, droplet.HalfDepthNm(), 4);
  EXPECT_NEAR(measured.half_width, droplet.HalfWidthNm(), 4);
}

const Vector3 kTilted = {0, 0.8, 0.6};

INSTANTIATE_TEST_SUITE_P(
    Shapes, DropletShapeTest,
    ::testing::Values(Droplet::Sphere(100), Droplet::Oblate(100, 0.7, {0.6, 0, 0.8}),
                      Droplet::Oblate(100, 0.5, kTilted),
                      Droplet::Ellipsoid(100, 1.5, 1.25, kTilted, 35),
                      Droplet::Ellipsoid(100, 1.6, 1, {0, 0, 1}, 0),
                      Droplet::Capsule(100, 2.5, kTilted),
                      Droplet::TwoLobed(100, 1.02, kTilted),
                      Droplet::TwoLobed(100, 1.2, {1, 0, 0}),
                      Droplet::TwoLobed(100, 1.5, kTilted),
                      Droplet::FissionPair(100, 0.7, kTilted),
                      Droplet::FissionPair(100, 1, {0, 0, 1})));

// From points on the surface, found by bisection, a step along the normal.
TEST_P(DropletShapeTest, DistanceIsMetricNearTheSurface) {
  const Droplet& droplet = GetParam();
  const auto distance = [&](const Vector3& p) {
    return droplet.SignedDistance(p[0], p[1], p[2]);
  };
  // Not the centre: there the spheres of a pair touch.
  const double start = -0.42 * droplet.BoundingRadiusNm();
  for (int i = 0; i < 200; ++i) {
    const double height = (i + 0.5) / 100 - 1;
    const double azimuth = 2.4 * i;
    const double across = std::sqrt(1 - height * height);
    const Vector3 ray = {across * std::cos(azimuth), across * std::sin(azimuth), height};
    const auto at = [&](double r) {
      const Vector3& axis = droplet.axis();
      return Vector3{start * axis[0] + ray[0] * r, start * axis[1] + ray[1] * r,
                     start * axis[2] + ray[2] * r};
    };
    double inside = 0, outside = 2 * droplet.BoundingRadiusNm();
    ASSERT_LT(distance(at(inside)), 0);
    for (int step = 0; step < 60; ++step) {
      const double middle = (inside + outside) / 2;
      (distance(at(middle)) < 0 ? inside : outside) = middle;
    }
    const Vector3 surface = at(outside);
    Vector3 normal;
    for (size_t axis = 0; axis < 3; ++axis) {
      Vector3 before = surface, after = surface;
      before[axis] -= 1e-4;
      after[axis] += 1e-4;
      normal[axis] = (distance(after) - distance(before)) / 2e-4;
    }
    const double length = std::sqrt(Dot(normal, normal));
    ASSERT_NEAR(length, 1, 1e-3) << i;
    for (double off : {-1.0, 1.0}) {
      Vector3 point = surface;
      for (size_t axis = 0; axis < 3; ++axis) point[axis] += off * normal[axis];
      EXPECT_NEAR(distance(point), off, 0.06) << i;
    }
  }
}

TEST_P(DropletShapeTest, RowsOfDistancesAreTheDistances) {
  const Droplet& droplet = GetParam();
  std::array<double, 40> row{};
  droplet.SignedDistances({-150, 20, -30}, 7.5, 40, row.data());
  for (int i = 0; i < 40; ++i) {
    EXPECT_DOUBLE_EQ(row[static_cast<size_t>(i)],
                     droplet.SignedDistance(-150 + 7.5 * i, 20, -30));
  }
}

// The projection on a fine grid, against what its extents say.
TEST_P(DropletShapeTest, ProjectionHasTheAxisRatioItStates) {
  const Droplet& droplet = GetParam();
  const double step = 2, reach = droplet.BoundingRadiusNm() + step;
  std::vector<Vector3> shadow;
  for (double y = -reach; y <= reach; y += step) {
    for (double x = -reach; x <= reach; x += step) {
      for (double z = -reach; z <= reach; z += step) {
        if (droplet.SignedDistance(x, y, z) > 0) continue;
        shadow.push_back({x, y, 0});
        break;
      }
    }
  }
  double shortest = 1e9, longest = 0;
  for (int i = 0; i < 90; ++i) {
    const double angle = i * std::numbers::pi / 90;
    const Vector3 direction = {std::cos(angle), std::sin(angle), 0};
    double low = 0, high = 0;
    for (const Vector3& point : shadow) {
      low = std::min(low, Dot(point, direction));
      high = std::max(high, Dot(point, direction));
    }
    shortest = std::min(shortest, high - low);
    longest = std::max(longest, high - low);
  }
  EXPECT_NEAR(droplet.ProjectedRatio(), shortest / longest, 0.03);
}

TEST(DropletTest, StatesTheRatioOfLengthToWidth) {
  const Vector3 across = {1, 0, 0};
  EXPECT_NEAR(Droplet::Oblate(100, 0.7, across).axis_ratio(), 0.7, 1e-12);
  EXPECT_NEAR(Droplet::Ellipsoid(100, 1.5, 1.2, across, 0).axis_ratio(), 1.5, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2.5, across).axis_ratio(), 2.5, 1e-12);
  EXPECT_NEAR(Droplet::FissionPair(100, 0.8, across).axis_ratio(), 1.8, 1e-12);
  for (double ratio : {1.05, 1.2, 1.45}) {
    const Droplet lobed = Droplet::TwoLobed(100, ratio, across);
    EXPECT_NEAR(lobed.ProjectedRatio(), 1 / lobed.axis_ratio(), 1e-3) << ratio;
  }
}

TEST(DropletTest, LobesHaveAWaistBelowRootTwo) {
  const double c = 1, a = 1.1;
  const Droplet lobed = Droplet::TwoLobed(100, a / c, {0, 0, 1});
  const double half_length = lobed.HalfDepthNm();
  const double waist = half_length * std::sqrt((a * a - c * c) / (a * a + c * c));
  EXPECT_NEAR(lobed.SignedDistance(waist, 0, 0), 0, 1e-2);
  EXPECT_LT(waist, 0.8 * lobed.HalfWidthNm());
}

TEST(DropletTest, RollTurnsTheSecondAxisOutOfTheDetectorPlane) {
  const auto depth = [](double roll_deg) {
    return Droplet::Ellipsoid(100, 1.5, 1.3, {1, 0, 0}, roll_deg).HalfDepthNm();
  };
  const double b = 100 * std::cbrt(1.3 / 1.5);
  EXPECT_NEAR(depth(0), b / 1.3, 1e-9);
  EXPECT_NEAR(depth(90), b, 1e-9);
  EXPECT_NEAR(depth(180), b / 1.3, 1e-9);
}

TEST(DropletTest, AxisTiltsTowardsTheBeamAndTurnsInThePlane) {
  const Vector3 axis = AxisOf(30, 90);
  EXPECT_NEAR(axis[0], 0, 1e-12);
  EXPECT_NEAR(axis[1], std::sqrt(0.75), 1e-12);
  EXPECT_NEAR(axis[2], 0.5, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2, axis).TiltDeg(), 30, 1e-9);
}

TEST(DropletTest, CoreIsKeptWithItsShell) {
  const Droplet plain = Droplet::Capsule(100, 2, kTilted);
  EXPECT_FALSE(plain.core());
  const Droplet filled = plain.WithCore(0.4, {0.9, 0.1});
  ASSERT_TRUE(filled.core());
  EXPECT_EQ(filled.core()->ratio, 0.4);
  EXPECT_EQ(filled.SignedDistance(3, 4, 5), plain.SignedDistance(3, 4, 5));
}

TEST(DropletTest, ProjectsAsItIsTurned) {
  EXPECT_NEAR(Droplet::Oblate(100, 0.7, {0, 0, 1}).ProjectedRatio(), 1, 1e-12);
  EXPECT_NEAR(Droplet::Oblate(100, 0.7, {1, 0, 0}).ProjectedRatio(), 0.7, 1e-6);
  EXPECT_NEAR(Droplet::Capsule(100, 2, {1, 0, 0}).ProjectedRatio(), 0.5, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2, {0, 0, 1}).ProjectedRatio(), 1, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2, {0.8, 0, 0.6}).TiltDeg(), 36.87, 0.01);
}

}  // namespace
}  // namespace airy::simulation
