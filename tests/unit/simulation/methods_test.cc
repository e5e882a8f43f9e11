// The methods beside split-step: how near to Mie theory, and to each other, they are.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"
#include "tests/unit/simulation/mie_agreement.h"

namespace airy::simulation {
namespace {

MieAgreement Agreement(double energy_ev, double radius_nm, Method method) {
  const Medium helium = HeliumAt(energy_ev);
  return CompareWithMie(FarField::Of(Droplet::Sphere(radius_nm), helium, method), helium,
                        radius_nm);
}

struct SphereCase {
  double energy_ev, radius_nm;
};

class MethodsAgainstMieTest : public ::testing::TestWithParam<SphereCase> {};

TEST_P(MethodsAgainstMieTest, PmsftFindsTheFringesAndALargerScale) {
  const auto [energy_ev, radius_nm] = GetParam();
  const MieAgreement agreement = Agreement(energy_ev, radius_nm, Method::kPmsft);
  EXPECT_LT(agreement.rms_dex, 0.08);
  EXPECT_GT(agreement.fringe_correlation, 0.99);
  EXPECT_NEAR(agreement.scale, energy_ev < 21 ? 1.16 : 1.05, 0.06);
}

TEST_P(MethodsAgainstMieTest, StraightRaysAreWorseThanPropagation) {
  const auto [energy_ev, radius_nm] = GetParam();
  const MieAgreement ray = Agreement(energy_ev, radius_nm, Method::kMsftRay);
  EXPECT_GT(ray.rms_dex, Agreement(energy_ev, radius_nm, Method::kSplitStep).rms_dex);
  EXPECT_GT(ray.fringe_correlation, 0.8);
}

INSTANTIATE_TEST_SUITE_P(Spheres, MethodsAgainstMieTest,
                         ::testing::Values(SphereCase{20, 150}, SphereCase{20, 335},
                                           SphereCase{24.8, 335}, SphereCase{30, 335}));

TEST(MethodsTest, AbsorptionAloneHasTheFringesOnlyWhereNothingIsRefracted) {
  EXPECT_GT(Agreement(24.8, 335, Method::kMsftAbsorption).fringe_correlation, 0.95);
  EXPECT_GT(Agreement(30, 335, Method::kMsftAbsorption).fringe_correlation, 0.95);
  EXPECT_LT(Agreement(20, 335, Method::kMsftAbsorption).fringe_correlation, 0.5);
}

TEST(MethodsTest, BornIsUselessForDropletsOfUsualSize) {
  EXPECT_GT(Agreement(20, 335, Method::kBorn).scale, 2);
}

// |(k^2 / 4 pi) (n^2 - 1) V 3 (sin u - u cos u) / u^3|^2 with u = q R.
TEST(MethodsTest, AllMeetTheClosedFormOfAFaintSphere) {
  const Medium faint{60, {1 + 1e-4, 0}};
  const double radius_nm = 180, k = 2 * std::numbers::pi / faint.wavelength_nm;
  const double peak =
      std::norm(k * k * (faint.index * faint.index - 1.0) * std::pow(radius_nm, 3) / 3.0);
  for (size_t i = 0; i < kMethodNames.size(); ++i) {
    const auto method = static_cast<Method>(i);
    const FarField field = FarField::Of(Droplet::Sphere(radius_nm), faint, method);
    for (double theta_deg = 1; theta_deg <= 29; theta_deg += 0.5) {
      const double u = 2 * k * std::sin(Radians(theta_deg) / 2) * radius_nm;
      const double form = 3 * (std::sin(u) - u * std::cos(u)) / (u * u * u);
      // The wave that leaves the droplet is seen by unpolarised light's mean factor.
      const double cosine = std::cos(Radians(theta_deg));
      const double factor =
          method == Method::kSplitStep ? (1 + cosine * cosine) / 2 : 1.0;
      const double exact = peak * form * form * factor;
      EXPECT_NEAR(IntensityAt(field, theta_deg, 30), exact, 0.08 * exact + 1e-4 * peak)
          << kMethodNames[i] << ", " << theta_deg << " degrees";
    }
  }
}

// A core of the shell's own material is no core.
TEST(MethodsTest, CoreOfTheSameMaterialChangesNothing) {
  const Medium helium = HeliumAt(20);
  const Droplet plain = Droplet::Capsule(200, 1.8, {0.6, 0, 0.8});
  for (Method method : {Method::kSplitStep, Method::kPmsft, Method::kMsftAbsorption}) {
    const FarField with = FarField::Of(plain.WithCore(0.6, helium.index), helium, method);
    const FarField without = FarField::Of(plain, helium, method);
    for (double theta_deg = 3; theta_deg < 29; theta_deg += 2) {
      EXPECT_NEAR(IntensityAt(with, theta_deg, 20) / IntensityAt(without, theta_deg, 20),
                  1, 1e-2);
    }
  }
}

TEST(MethodsTest, DeviceIsNamedAndMustBeThere) {
  EXPECT_TRUE(CheckDevice("cpu").ok());
  for (const char* name : {"", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:99", "cuda:0x"}) {
    const Status status = CheckDevice(name);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << name;
    EXPECT_NE(status.message().find("\"cuda:N\""), std::string::npos);
  }
}

}  // namespace
}  // namespace airy::simulation
