#include "model/simulation/rotating_drop.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

// Rows of the closed form, Sigma 0.05 to 0.6; the sixth is where the branch bifurcates.
struct Row {
  double sigma, axis_ratio, angular_momentum;
};
constexpr Row kRows[] = {{0.05, 0.952, 0.378}, {0.1, 0.909, 0.539},
                         {0.2, 0.831, 0.774},  {0.3, 0.764, 0.963},
                         {0.4, 0.704, 1.130},  {0.4587, 0.671, 1.222},
                         {0.6, 0.600, 1.429}};

TEST(RotatingDropTest, FollowsTheClosedFormFromTheSphereBeyondTheBifurcation) {
  for (const Row& row : kRows) {
    const RotatingDrop by_momentum =
        RotatingDrop::OfAngularMomentum(row.angular_momentum);
    EXPECT_NEAR(by_momentum.axis_ratio(), row.axis_ratio, 0.0008) << row.sigma;
    EXPECT_NEAR(by_momentum.sigma(), row.sigma, 0.001) << row.sigma;
    const RotatingDrop by_shape = RotatingDrop::OfAxisRatio(by_momentum.axis_ratio());
    EXPECT_NEAR(by_shape.angular_momentum(), row.angular_momentum, 1e-9) << row.sigma;
    EXPECT_NEAR(by_shape.sigma(), by_momentum.sigma(), 1e-9) << row.sigma;
  }
  EXPECT_NEAR(RotatingDrop::OfAngularMomentum(1.2215).angular_velocity(), 0.564, 0.001);
  const RotatingDrop sphere = RotatingDrop::OfAngularMomentum(0);
  EXPECT_NEAR(sphere.axis_ratio(), 1, 1e-12);
  EXPECT_NEAR(sphere.At(0.3).radius, 1, 1e-10);
}

// Plain midpoint sums over the profile's own variable x, with twelve thousand steps.
struct PlainProfile {
  explicit PlainProfile(double sigma) {
    constexpr int kSteps = 12000;
    double height = 0, volume = 0;
    for (int i = kSteps - 1; i >= 0; --i) {
      const double angle = (i + 0.5) * std::numbers::pi / 2 / kSteps;
      const double x = std::sin(angle);
      const double inner = x * (1 - sigma + sigma * x * x);
      height += inner / std::sqrt(1 - inner * inner) * std::cos(angle) *
                std::numbers::pi / 2 / kSteps;
      if (i == kSteps / 2) half_height = height;
      volume += 2 * std::numbers::pi * height * x * std::cos(angle) * 2 *
                std::numbers::pi / 2 / kSteps;
    }
    pole = height;
    radius = std::cbrt(3 * volume / (4 * std::numbers::pi));
  }
  double pole = 0;
  double half_height = 0;  // z where x = sin 45 degrees
  double radius = 0;       // of the sphere of equal volume
};

TEST(RotatingDropTest, SurfaceIsTheProfileOfTheIntegral) {
  for (double axis_ratio : {0.95, 0.7, 0.6, RotatingDrop::kMinAxisRatio}) {
    const RotatingDrop drop = RotatingDrop::OfAxisRatio(axis_ratio);
    const PlainProfile plain(drop.sigma());
    EXPECT_NEAR(plain.pole, axis_ratio, 1e-4);
    EXPECT_NEAR(drop.At(1).radius, plain.pole / plain.radius, 2e-4) << axis_ratio;
    EXPECT_NEAR(drop.At(0).radius, 1 / plain.radius, 2e-4) << axis_ratio;
    const double across = std::numbers::sqrt2 / 2;
    const double square = across * across + plain.half_height * plain.half_height;
    EXPECT_NEAR(drop.At(plain.half_height * plain.half_height / square).radius,
                std::sqrt(square) / plain.radius, 2e-4)
        << axis_ratio;
  }
}

TEST(RotatingDropTest, SlopeIsTheDerivativeOfTheRadius) {
  const RotatingDrop drop = RotatingDrop::OfAxisRatio(0.6);
  for (double t = 0.05; t < 1; t += 0.1) {
    const double step = 1e-5;
    EXPECT_NEAR(drop.At(t).slope,
                (drop.At(t + step).radius - drop.At(t - step).radius) / (2 * step), 1e-6);
  }
}

}  // namespace
}  // namespace airy::simulation
