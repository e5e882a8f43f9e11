#include "model/simulation/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>
#include <vector>

#include "model/simulation/goodness_of_fit.h"
#include "model/simulation/prior.h"
#include "tests/testing/status.h"

namespace airy::simulation {
namespace {

std::unique_ptr<Simulator> MakeSimulator(const SimulatorOptions& options, uint64_t seed) {
  auto simulator = Simulator::Create(options, seed);
  EXPECT_OK(simulator);
  return std::move(simulator).value();
}

bool SameShot(const Shot& a, const Shot& b) {
  return a.counts == b.counts && a.labels == b.labels &&
         a.truth.radius_nm == b.truth.radius_nm && a.truth.photons == b.truth.photons;
}

TEST(SimulatorTest, ShotDependsOnSeedAndIndexAlone) {
  SimulatorOptions options;
  options.size = 128;
  options.balance = 1;
  const auto simulator = MakeSimulator(options, 11);
  constexpr size_t kShots = 12;
  std::array<Shot, kShots> forwards, backwards;
  std::thread other([&] {
    const auto twin = MakeSimulator(options, 11);
    for (size_t i = kShots; i-- > 0;) backwards[i] = twin->Render(i);
  });
  for (size_t i = 0; i < kShots; ++i) forwards[i] = simulator->Render(i);
  other.join();
  for (size_t i = 0; i < kShots; ++i) {
    EXPECT_TRUE(SameShot(forwards[i], backwards[i])) << "shot " << i;
    EXPECT_NE(forwards[i].counts, forwards[(i + 1) % kShots].counts) << "shot " << i;
  }
  EXPECT_NE(MakeSimulator(options, 12)->Render(0).counts, forwards[0].counts);
}

TEST(SimulatorTest, OneSimulatorServesTwoThreads) {
  SimulatorOptions options;
  options.size = 96;
  const auto simulator = MakeSimulator(options, 5);
  Shot here, there;
  std::thread other([&] { there = simulator->Render(3); });
  here = simulator->Render(3);
  other.join();
  EXPECT_TRUE(SameShot(here, there));
}

TEST(SimulatorTest, DrawTellsWhatRenderShows) {
  SimulatorOptions options;
  options.size = 64;
  options.balance = 0.5;
  const auto simulator = MakeSimulator(options, 2);
  for (uint64_t i = 0; i < 10; ++i) {
    const Shot drawn = simulator->Draw(i);
    const Shot rendered = simulator->Render(i);
    EXPECT_EQ(drawn.labels, rendered.labels);
    EXPECT_EQ(drawn.truth.radius_nm, rendered.truth.radius_nm);
    EXPECT_TRUE(drawn.counts.empty());
    EXPECT_EQ(rendered.counts.size(), 64u * 64u);
  }
}

using ClassCounts = std::array<int, kClassCount>;

void Count(const Shot& shot, ClassCounts* counts) {
  for (size_t i = 0; i < counts->size(); ++i) (*counts)[i] += shot.labels[i];
}

TEST(SimulatorTest, EvenDrawsAreLawfulAndReachEachClassOften) {
  SimulatorOptions options;
  options.balance = 1;
  options.empty_share = 0;
  const auto simulator = MakeSimulator(options, 31);
  ClassCounts counts{};
  for (uint64_t i = 0; i < 100; ++i) {
    const Shot shot = simulator->Draw(i);
    EXPECT_TRUE(KeepsHardRules(shot.labels)) << "shot " << i;
    Count(shot, &counts);
  }
  for (int i = 0; i < kEmpty; ++i) {
    // At this rate, a pool of 512 hits holds 20 or more of each.
    EXPECT_GE(counts[static_cast<size_t>(i)], 5) << kClassNames[static_cast<size_t>(i)];
  }
  EXPECT_EQ(counts[kEmpty], 0);
}

TEST(SimulatorTest, DeliveredLabelsAreThoseOfTheRealData) {
  const auto all = Prior::Combinations();
  std::vector<double> shares;
  for (const Combination& c : all) shares.push_back(c.images);
  for (const uint64_t seed : {41, 42, 43}) {
    const auto simulator = MakeSimulator({}, seed);
    std::vector<int64_t> counts(all.size());
    for (uint64_t i = 0; i < 250; ++i) {
      const Shot shot = simulator->Draw(i);
      EXPECT_TRUE(KeepsHardRules(shot.labels)) << "shot " << i;
      EXPECT_EQ(shot.labels, shot.labels_noise_free);
      const auto at = std::find_if(all.begin(), all.end(), [&](const Combination& c) {
        return c.labels == shot.labels;
      });
      ASSERT_NE(at, all.end()) << NamesOf(shot.labels);
      ++counts[static_cast<size_t>(at - all.begin())];
    }
    EXPECT_GT(ChiSquareP(counts, shares), 0.01) << "seed " << seed;
  }
}

TEST(SimulatorTest, EmptyShotsHaveNoDropletOrOneThatIsTooFaint) {
  SimulatorOptions options;
  options.empty_share = 1;
  const auto simulator = MakeSimulator(options, 7);
  int faint = 0;
  for (uint64_t i = 0; i < 200; ++i) {
    const Shot shot = simulator->Draw(i);
    EXPECT_EQ(shot.labels, EmptyLabels());
    if (shot.truth.shape == "none") continue;
    ++faint;
    EXPECT_GT(shot.truth.radius_nm, 0);
    EXPECT_LE(shot.truth.photons, 100);
  }
  EXPECT_GT(faint, 30);
  EXPECT_LT(faint, 90);
}

TEST(SimulatorTest, LabelNoiseFlipsLabelsAndNothingElse) {
  SimulatorOptions options;
  options.empty_share = 0;
  options.balance = 1;
  const auto exact = MakeSimulator(options, 71);
  options.label_noise = 1;
  const auto noisy = MakeSimulator(options, 71);
  int flipped = 0;
  for (uint64_t i = 0; i < 60; ++i) {
    const Shot plain = exact->Draw(i);
    const Shot shot = noisy->Draw(i);
    EXPECT_EQ(shot.labels_noise_free, plain.labels);
    EXPECT_EQ(shot.truth.radius_nm, plain.truth.radius_nm);
    EXPECT_TRUE(KeepsHardRules(shot.labels)) << "shot " << i;
    for (int c : {kNewtonRings, kDoubleRings, kEmpty}) {
      EXPECT_EQ(shot.labels[static_cast<size_t>(c)],
                plain.labels[static_cast<size_t>(c)]);
    }
    if (shot.labels == plain.labels) continue;
    ++flipped;
    EXPECT_EQ(noisy->Draw(i).labels, shot.labels);
  }
  EXPECT_GT(flipped, 1);
  EXPECT_LT(flipped, 30);
}

TEST(SimulatorTest, PhysicsAloneIsNotConditionedOnLabels) {
  SimulatorOptions options;
  options.physics_alone = true;
  options.empty_share = 0;
  const auto simulator = MakeSimulator(options, 81);
  for (uint64_t i = 0; i < 60; ++i) {
    const Shot shot = simulator->Draw(i);
    EXPECT_TRUE(KeepsHardRules(shot.labels)) << "shot " << i;
    EXPECT_EQ(shot.labels[kNewtonRings] + shot.labels[kDoubleRings], 0);
    EXPECT_EQ(shot.truth.companions[0].radius_nm, 0);
  }
}

// Lit pixels as the hit finder counts them at its default threshold.
int64_t LitPixels(const Shot& shot) {
  return std::count_if(shot.counts.begin(), shot.counts.end(),
                       [](uint16_t count) { return count > 60; });
}

TEST(SimulatorTest, WeakestHitLightsMorePixelsThanAnyEmptyShot) {
  SimulatorOptions hits;
  hits.empty_share = 0;
  hits.balance = 0.5;
  SimulatorOptions misses;
  misses.empty_share = 1;
  const auto hit_simulator = MakeSimulator(hits, 51);
  const auto miss_simulator = MakeSimulator(misses, 52);
  for (uint64_t i = 0; i < 25; ++i) {
    const Shot hit = hit_simulator->Render(i);
    EXPECT_GT(LitPixels(hit), 3000) << "photons " << hit.truth.photons;
    const Shot miss = miss_simulator->Render(i);
    EXPECT_EQ(miss.labels[kEmpty], 1);
    EXPECT_LT(LitPixels(miss), 1500);
  }
}

TEST(SimulatorTest, AnySizeShowsTheSamePatternAndItsPhotons) {
  SimulatorOptions options;
  options.empty_share = 0;
  for (int size : {64, 300, 1035}) {
    options.size = size;
    const auto simulator = MakeSimulator(options, 61);
    // Of the first shots the one whose brightest pixel is the least: far from saturation.
    Shot mildest;
    uint16_t least = 65535;
    for (uint64_t i = 0; i < 20; ++i) {
      Shot shot = simulator->Render(i);
      const uint16_t brightest =
          *std::max_element(shot.counts.begin(), shot.counts.end());
      if (brightest >= least) continue;
      least = brightest;
      mildest = std::move(shot);
    }
    ASSERT_EQ(mildest.rows, size);
    ASSERT_EQ(mildest.cols, size);
    double sum = 0;
    for (uint16_t count : mildest.counts) sum += count - 8.0;
    EXPECT_NEAR(sum / 100 / mildest.truth.photons, 1, 0.25)
        << size << " photons " << mildest.truth.photons << ", brightest " << least;
  }
}

TEST(SimulatorTest, RefusesOptionsOutOfRangeAndNamesTheRange) {
  const auto refusal = [](SimulatorOptions options) {
    const auto simulator = Simulator::Create(options, 1);
    EXPECT_STATUS(StatusCode::kInvalidArgument, simulator);
    return simulator.status().message();
  };
  EXPECT_EQ(refusal({.size = 63}), "simulation.size must be 64..2048; was 63");
  EXPECT_EQ(refusal({.size = 2049}), "simulation.size must be 64..2048; was 2049");
  EXPECT_NE(refusal({.balance = 1.5}).find("simulation.balance must be 0..1; was 1.5"),
            std::string::npos);
  EXPECT_NE(refusal({.balance = std::nan("")}).find("balance"), std::string::npos);
  EXPECT_NE(refusal({.empty_share = 2}).find("simulation.empty_share must be at most 1"),
            std::string::npos);
  EXPECT_NE(refusal({.balance = 0.5, .physics_alone = true}).find("physics_alone"),
            std::string::npos);
  EXPECT_NE(refusal({.label_noise = 1.5}).find("simulation.label_noise must be 0..1"),
            std::string::npos);
  EXPECT_NE(refusal({.energy_bands = {}}).find("one or more"), std::string::npos);
  EXPECT_NE(
      refusal({.energy_bands = {{1, 23, 25}}}).find("at most 23.5 in a band from below"),
      std::string::npos);
  EXPECT_NE(refusal({.energy_bands = {{0, 20, 21}}}).find("above 0"), std::string::npos);
  EXPECT_NE(refusal({.hole_min_deg = 5, .hole_max_deg = 4}).find("0..hole_max_deg"),
            std::string::npos);
  EXPECT_NE(refusal({.hole_max_deg = 20}).find("at most 15"), std::string::npos);
}

}  // namespace
}  // namespace airy::simulation
