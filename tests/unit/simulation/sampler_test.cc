#include "model/simulation/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/simulation/droplet_sizes.h"
#include "model/simulation/goodness_of_fit.h"
#include "model/simulation/prior.h"

namespace airy::simulation {
namespace {

TEST(SamplerTest, ReachesEveryCombinationWithAtLeastOneSceneInTwenty) {
  const Sampler sampler{SceneRanges{}};
  uint64_t number = 0;
  for (const Combination& combination : Prior::Combinations()) {
    ++number;
    Tries tries;
    constexpr int kHits = 3;
    for (uint64_t i = 0; i < kHits; ++i) {
      Random random(61, i, number);
      const auto hit = sampler.DrawHit(combination.labels, &random, &tries);
      ASSERT_TRUE(hit.has_value()) << NamesOf(combination.labels);
      EXPECT_EQ(hit->labels, combination.labels);
      if (hit->light != nullptr) {
        EXPECT_EQ(LabelsOf(Describe(hit->scene, *hit->light)), combination.labels);
      }
    }
    EXPECT_GE(static_cast<double>(kHits) / static_cast<double>(tries.plausible), 0.05)
        << NamesOf(combination.labels);
    EXPECT_LE(tries.plausible, tries.drawn);
  }
}

TEST(SamplerTest, GivesUpOnWhatDoesNotExist) {
  Labels target{};
  target[kSphericalOblate] = target[kRound] = target[kBent] = 1;
  Random random(1, 0, 0);
  Tries tries;
  EXPECT_FALSE(Sampler{SceneRanges{}}.DrawHit(target, &random, &tries).has_value());
  EXPECT_GT(tries.drawn, 1000);
}

TEST(SamplerTest, KeepsToItsRanges) {
  SceneRanges ranges;
  ranges.energy_bands = {{1, 22.4, 22.8}, {3, 26, 26}};
  ranges.hole_min_deg = 7;
  ranges.hole_max_deg = 8;
  const Proposal proposal(ranges);
  int low = 0;
  constexpr int kDraws = 4000;
  for (uint64_t i = 0; i < kDraws; ++i) {
    Random random(5, i, 0);
    const Scene scene = proposal.Draw(&random);
    if (scene.photon_energy_ev < 25) {
      ++low;
      EXPECT_GE(scene.photon_energy_ev, 22.4);
      EXPECT_LE(scene.photon_energy_ev, 22.8);
    } else {
      EXPECT_EQ(scene.photon_energy_ev, 26);
    }
    EXPECT_GE(scene.hole_deg, 7);
    EXPECT_LE(scene.hole_deg, 8);
  }
  EXPECT_NEAR(static_cast<double>(low) / kDraws, 0.25, 0.03);
}

TEST(SamplerTest, SizesFromPhysicsAloneAreThoseOfTheRealData) {
  const Proposal proposal{SceneRanges{}};
  for (const uint64_t seed : {1, 2, 3}) {
    std::vector<double> radii_nm;
    for (uint64_t i = 0; i < 10'000; ++i) {
      Random random(seed, i, 0);
      const Scene scene = proposal.Draw(&random);
      const Descriptors d = DescribeGeometry(scene);
      radii_nm.push_back(scene.droplet.radius_nm() /
                         DropletSizes::Growth(d.prolate, d.axis_ratio));
    }
    EXPECT_GT(KolmogorovSmirnovP(radii_nm, DropletSizes::ShareBelow), 0.01);
  }
}

TEST(SamplerTest, AxesFromPhysicsAloneAreIsotropic) {
  const Proposal proposal{SceneRanges{}};
  std::vector<double> sines;
  for (uint64_t i = 0; i < 10'000; ++i) {
    Random random(8, i, 0);
    const Droplet droplet = proposal.Draw(&random).droplet;
    if (droplet.shape() != Droplet::Shape::kSphere) {
      sines.push_back(std::abs(droplet.axis()[2]));
    }
  }
  EXPECT_GT(KolmogorovSmirnovP(sines, [](double s) { return s; }), 0.01);
}

}  // namespace
}  // namespace airy::simulation
