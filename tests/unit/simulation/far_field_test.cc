#include "model/simulation/far_field.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"
#include "tests/unit/simulation/mie_agreement.h"

namespace airy::simulation {
namespace {

struct SphereCase {
  double energy_ev, radius_nm;
};

class SplitStepAgainstMieTest : public ::testing::TestWithParam<SphereCase> {};

TEST_P(SplitStepAgainstMieTest, AgreesFrom3To30Degrees) {
  const auto [energy_ev, radius_nm] = GetParam();
  const Medium helium = HeliumAt(energy_ev);
  const MieAgreement agreement =
      CompareWithMie(FarField::Of(Droplet::Sphere(radius_nm), helium), helium, radius_nm);
  EXPECT_LT(agreement.rms_dex, 0.08);
  EXPECT_GT(agreement.fringe_correlation, 0.99);
  EXPECT_NEAR(agreement.scale, 1, 0.1);  // absolute, not only in shape
}

INSTANTIATE_TEST_SUITE_P(Spheres, SplitStepAgainstMieTest,
                         ::testing::Values(SphereCase{20, 150}, SphereCase{20, 335},
                                           SphereCase{24.8, 150}, SphereCase{24.8, 335},
                                           SphereCase{30, 150}, SphereCase{30, 335}));

// Rayleigh-Gans scattering of unpolarised light, exact for |n - 1| -> 0:
// |f|^2 = |(k^2 / 4 pi) (n^2 - 1) V 3 (sin u - u cos u) / u^3|^2 (1 + cos^2 theta) / 2,
// u = |M q| with M the map of the unit sphere to the body.
double RayleighGansIntensity(const Medium& medium, double volume, double u,
                             double theta_rad) {
  const double k = 2 * std::numbers::pi / medium.wavelength_nm;
  const double form = 3 * (std::sin(u) - u * std::cos(u)) / (u * u * u);
  const double cosine = std::cos(theta_rad);
  return std::norm(k * k / (4 * std::numbers::pi) * (medium.index * medium.index - 1.0) *
                   volume * form) *
         (1 + cosine * cosine) / 2;
}

const Medium kFaint{60, {1 + 1e-4, 0}};

TEST(FarFieldTest, MeetsTheRayleighGansLimitOfAFaintSphere) {
  const double radius_nm = 180;
  const FarField field = FarField::Of(Droplet::Sphere(radius_nm), kFaint);
  const double volume = 4 * std::numbers::pi / 3 * std::pow(radius_nm, 3);
  const double k = 2 * std::numbers::pi / kFaint.wavelength_nm;
  for (double theta_deg = 1; theta_deg <= 29; theta_deg += 0.5) {
    const double q = 2 * k * std::sin(Radians(theta_deg) / 2);
    const double exact =
        RayleighGansIntensity(kFaint, volume, q * radius_nm, Radians(theta_deg));
    const double peak = RayleighGansIntensity(kFaint, volume, 1e-3, 0);
    EXPECT_NEAR(IntensityAt(field, theta_deg, 30), exact, 0.08 * exact + 1e-4 * peak)
        << theta_deg << " degrees";
  }
}

TEST(FarFieldTest, MeetsTheRayleighGansLimitOfAFaintTiltedEllipsoid) {
  const Vector3 a_axis = {0.6, 0, 0.8}, b_axis = {0, 1, 0};
  const Droplet droplet = Droplet::Ellipsoid(180, 1.4, 1.2, a_axis, 0);
  const FarField field = FarField::Of(droplet, kFaint);
  const double b = 180 * std::cbrt(1.2 / 1.4), a = 1.4 * b, c = b / 1.2;
  const double volume = 4 * std::numbers::pi / 3 * std::pow(180.0, 3);
  const double k = 2 * std::numbers::pi / kFaint.wavelength_nm;
  for (double azimuth_deg : {0.0, 75.0, 180.0}) {
    for (double theta_deg = 1; theta_deg <= 29; theta_deg += 1) {
      const double s = std::sin(Radians(theta_deg));
      const Vector3 q = {k * s * std::cos(Radians(azimuth_deg)),
                         k * s * std::sin(Radians(azimuth_deg)),
                         k * (std::cos(Radians(theta_deg)) - 1)};
      const double qa = Dot(q, a_axis), qb = Dot(q, b_axis);
      const double qc_square = std::max(0.0, Dot(q, q) - qa * qa - qb * qb);
      const double u = std::sqrt(a * a * qa * qa + b * b * qb * qb + c * c * qc_square);
      const double exact = RayleighGansIntensity(kFaint, volume, u, Radians(theta_deg));
      const double peak = RayleighGansIntensity(kFaint, volume, 1e-3, 0);
      EXPECT_NEAR(IntensityAt(field, theta_deg, azimuth_deg), exact,
                  0.08 * exact + 1e-4 * peak)
          << theta_deg << " degrees, azimuth " << azimuth_deg;
    }
  }
}

double InversionAsymmetry(const FarField& field) {
  double difference = 0, sum = 0;
  for (double theta_deg = 4; theta_deg < 29; theta_deg += 0.5) {
    for (double azimuth_deg = 0; azimuth_deg < 180; azimuth_deg += 5) {
      const double here = IntensityAt(field, theta_deg, azimuth_deg);
      const double opposite = IntensityAt(field, theta_deg, azimuth_deg + 180);
      difference += std::abs(here - opposite);
      sum += here + opposite;
    }
  }
  return difference / sum;
}

TEST(FarFieldTest, SpheresAreSymmetricUnderInversionAndTiltedSpheroidsAreNot) {
  const Medium helium = HeliumAt(20);
  const double tilted = std::numbers::sqrt2 / 2;
  EXPECT_LT(InversionAsymmetry(FarField::Of(Droplet::Sphere(335), helium)), 1e-3);
  EXPECT_LT(
      InversionAsymmetry(FarField::Of(Droplet::Oblate(335, 0.7, {1, 0, 0}), helium)),
      1e-3);
  EXPECT_GT(InversionAsymmetry(
                FarField::Of(Droplet::Oblate(335, 0.7, {tilted, 0, tilted}), helium)),
            0.1);
}

}  // namespace
}  // namespace airy::simulation
