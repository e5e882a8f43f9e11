#include "model/simulation/droplet.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

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

INSTANTIATE_TEST_SUITE_P(Shapes, DropletShapeTest,
                         ::testing::Values(Droplet::Sphere(100),
                                           Droplet::Oblate(100, 0.7, {0.6, 0, 0.8}),
                                           Droplet::Capsule(100, 2.5, {0, 0.8, 0.6})));

TEST(DropletTest, DistanceIsMetricNearTheSurface) {
  const Droplet oblate = Droplet::Oblate(100, 0.7, {0, 0, 1});
  const double polar = oblate.HalfDepthNm();
  EXPECT_NEAR(oblate.SignedDistance(0, 0, polar + 3), 3, 0.2);
  EXPECT_NEAR(oblate.SignedDistance(oblate.HalfWidthNm() - 3, 0, 0), -3, 0.2);
  const Droplet capsule = Droplet::Capsule(100, 2, {1, 0, 0});
  EXPECT_NEAR(capsule.SignedDistance(capsule.HalfWidthNm() + 5, 0, 0), 5, 1e-9);
}

TEST(DropletTest, ProjectsAsItIsTurned) {
  EXPECT_NEAR(Droplet::Oblate(100, 0.7, {0, 0, 1}).ProjectedRatio(), 1, 1e-12);
  EXPECT_NEAR(Droplet::Oblate(100, 0.7, {1, 0, 0}).ProjectedRatio(), 0.7, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2, {1, 0, 0}).ProjectedRatio(), 0.5, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2, {0, 0, 1}).ProjectedRatio(), 1, 1e-12);
  EXPECT_NEAR(Droplet::Capsule(100, 2, {0.8, 0, 0.6}).TiltDeg(), 36.87, 0.01);
}

// Rows of Chandrasekhar's closed form, evaluated numerically.
TEST(DropletTest, FlattensWithAngularMomentumLikeTheClosedForm) {
  EXPECT_NEAR(OblateAxisRatio(0), 1, 1e-12);
  EXPECT_NEAR(OblateAxisRatio(0.539), 0.909, 0.006);
  EXPECT_NEAR(OblateAxisRatio(0.774), 0.831, 0.006);
  EXPECT_NEAR(OblateAxisRatio(1.222), 0.671, 0.006);
}

}  // namespace
}  // namespace airy::simulation
