#include "model/simulation/helium.h"

#include <gtest/gtest.h>

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

TEST(HeliumTest, CoversBothEndsAndAbsorbsEverywhere) {
  for (double energy_ev = kMinPhotonEnergyEv; energy_ev <= kMaxPhotonEnergyEv;
       energy_ev += 0.05) {
    EXPECT_GT(HeliumAt(energy_ev).index.imag(), 0) << energy_ev;
  }
  EXPECT_NEAR(HeliumAt(kMaxPhotonEnergyEv).index.imag(), 0.0175, 1e-12);
}

}  // namespace
}  // namespace airy::simulation
