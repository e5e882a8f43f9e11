#include "model/simulation/helium.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace airy::simulation {
namespace {

TEST(HeliumTest, GivesTheTabulatedIndex) {
  const Medium helium = HeliumAt(20.0);
  EXPECT_NEAR(helium.wavelength_nm, 61.992, 0.001);
  EXPECT_NEAR(helium.index.real(), 1.1268, 1e-12);
  EXPECT_NEAR(helium.index.imag(), 0.0284, 1e-12);
}

TEST(HeliumTest, InterpolatesBetweenTabulatedEnergies) {
  const Medium helium = HeliumAt(29.0);
  EXPECT_NEAR(helium.index.real(), 1 - 0.0149, 1e-12);
  EXPECT_NEAR(helium.index.imag(), 0.0440, 1e-12);
}

TEST(HeliumTest, CoversBothRangesAndAbsorbsEverywhere) {
  for (const auto& [from_ev, to_ev] : {std::pair{kMinPhotonEnergyEv, kResonancesFromEv},
                                       std::pair{kResonancesToEv, kMaxPhotonEnergyEv}}) {
    for (double energy_ev = from_ev; energy_ev <= to_ev; energy_ev += 0.05) {
      EXPECT_GT(HeliumAt(energy_ev).index.imag(), 0) << energy_ev;
    }
  }
  EXPECT_NEAR(HeliumAt(kResonancesFromEv).index.real(), 1.0320, 1e-12);
  EXPECT_NEAR(HeliumAt(kResonancesToEv).index.imag(), 0.0674, 1e-12);
  EXPECT_NEAR(HeliumAt(kMaxPhotonEnergyEv).index.imag(), 0.0175, 1e-12);
}

TEST(HeliumTest, RefusesEnergiesOutsideTheTablesAndNamesBoth) {
  for (double energy_ev : {19.4, 23.6, 24.0, 24.7, 40.1, 0.0, std::nan("")}) {
    EXPECT_EQ(CheckHeliumEnergy(energy_ev).code(), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(CheckHeliumEnergy(24).message(),
            "photon energy must be 19.5..23.5 or 24.8..40 eV, where the index of helium "
            "is known; was 24");
}

TEST(MediumTest, IsAnyMaterialByItsOpticalConstants) {
  const Medium silver = Medium::Of(91, 0.11, 0.06);
  EXPECT_NEAR(silver.wavelength_nm, 13.625, 0.001);
  EXPECT_NEAR(silver.index.real(), 0.89, 1e-12);
  EXPECT_NEAR(silver.index.imag(), 0.06, 1e-12);
}

}  // namespace
}  // namespace airy::simulation
