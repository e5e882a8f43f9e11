#include "client/detector/named_sets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "model/simulation/pool_seeds.h"
#include "tests/testing/status.h"

namespace airy::detector {
namespace {

TEST(NamedSetsTest, ShareNoShotWithEachOtherOrWithPools) {
  std::set<uint64_t> seeds;
  for (const NamedSet& set : NamedSets()) {
    EXPECT_TRUE(seeds.insert(set.recipe.seed).second) << set.recipe.name;
    EXPECT_FALSE(simulation::IsPoolSeed(set.recipe.seed)) << set.recipe.name;
  }
}

TEST(NamedSetsTest, AreSetsThatTheSimulatorCanMake) {
  for (const NamedSet& set : NamedSets()) {
    SCOPED_TRACE(set.recipe.name);
    EXPECT_OK(simulation::Simulator::Create(set.recipe.simulator, set.recipe.seed));
    EXPECT_GE(set.recipe.shots, set.recipe.min_positives * kClassCount);
  }
}

TEST(NamedSetsTest, AreFoundByName) {
  ASSERT_NE(FindNamedSet("sim-7264"), nullptr);
  EXPECT_EQ(FindNamedSet("sim-7264")->shots, 7264);
  EXPECT_EQ(FindNamedSet("sim-100k")->shots, 100'000);
  EXPECT_EQ(FindNamedSet("sim-balanced-test")->min_positives, 300);
  EXPECT_EQ(FindNamedSet("sim-7265"), nullptr);
  EXPECT_EQ(FindNamedSet(""), nullptr);
}

// What a network learnt from the natural sets is tested on something else.
TEST(NamedSetsTest, ShiftTheWholeRangeOfEnergiesHolesAndGamma) {
  const simulation::SimulatorOptions& natural = FindNamedSet("sim-7264")->simulator;
  const simulation::SimulatorOptions& shifted = FindNamedSet("sim-shift")->simulator;
  for (const auto& other : shifted.energy_bands) {
    for (const auto& usual : natural.energy_bands) {
      EXPECT_TRUE(other.low_ev >= usual.high_ev || other.high_ev <= usual.low_ev);
    }
  }
  EXPECT_GE(shifted.hole_min_deg, natural.hole_max_deg);
  EXPECT_LT(shifted.gamma_max, natural.gamma_min);
}

}  // namespace
}  // namespace airy::detector
