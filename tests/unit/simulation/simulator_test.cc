#include "model/simulation/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

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

// The rules that hold without exception among the 7264 images of CXIDB-94.
void ExpectLawful(const std::array<uint8_t, kClassCount>& labels, uint64_t index) {
  int classes = 0;
  for (uint8_t label : labels) classes += label;
  if (labels[kEmpty]) {
    EXPECT_EQ(classes, 1) << "shot " << index;
    return;
  }
  EXPECT_EQ(labels[kSphericalOblate] + labels[kProlate], 1) << "shot " << index;
  EXPECT_EQ(labels[kRound] + labels[kElliptical], labels[kSphericalOblate])
      << "shot " << index;
  EXPECT_LE(labels[kStreak], labels[kProlate]) << "shot " << index;
  EXPECT_LE(labels[kBent], labels[kProlate]) << "shot " << index;
  EXPECT_LE(labels[kAsymmetric] + labels[kRound], 1) << "shot " << index;
}

TEST(SimulatorTest, EvenDrawsAreLawfulAndReachEachClassOften) {
  SimulatorOptions options;
  options.balance = 1;
  options.empty_share = 0;
  const auto simulator = MakeSimulator(options, 31);
  ClassCounts counts{};
  for (uint64_t i = 0; i < 256; ++i) {
    const Shot shot = simulator->Draw(i);
    ExpectLawful(shot.labels, i);
    Count(shot, &counts);
  }
  for (int i : Simulator::ReachedClasses()) {
    if (i == kEmpty) continue;
    // At this rate, a pool of 512 hits holds 20 or more of each.
    EXPECT_GE(counts[static_cast<size_t>(i)], 15) << kClassNames[static_cast<size_t>(i)];
  }
  EXPECT_EQ(counts[kEmpty], 0);
}

TEST(SimulatorTest, NaturalDrawsAreLawfulAndHaveTheSharesOfTheRealData) {
  const auto simulator = MakeSimulator({}, 41);
  constexpr int kShots = 300;
  ClassCounts counts{};
  for (uint64_t i = 0; i < kShots; ++i) {
    const Shot shot = simulator->Draw(i);
    ExpectLawful(shot.labels, i);
    Count(shot, &counts);
  }
  const auto share = [&](int i) {
    return static_cast<double>(counts[static_cast<size_t>(i)]) / kShots;
  };
  EXPECT_NEAR(share(kSphericalOblate), 0.907, 0.05);
  EXPECT_NEAR(share(kRound), 0.797, 0.07);
  EXPECT_NEAR(share(kElliptical), 0.110, 0.05);
  EXPECT_NEAR(share(kProlate), 0.062, 0.04);
  EXPECT_NEAR(share(kNewtonRings), 0.063, 0.04);
  EXPECT_NEAR(share(kEmpty), 0.029, 0.028);
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
    // The weakest of the first shots: its pixels stay far from saturation.
    uint64_t weakest = 0;
    double photons = 1e9;
    for (uint64_t i = 0; i < 20; ++i) {
      const double candidate = simulator->Draw(i).truth.photons;
      if (candidate < photons) {
        photons = candidate;
        weakest = i;
      }
    }
    const Shot shot = simulator->Render(weakest);
    ASSERT_EQ(shot.rows, size);
    ASSERT_EQ(shot.cols, size);
    double sum = 0;
    for (uint16_t count : shot.counts) sum += count - 8.0;
    EXPECT_NEAR(sum / 100 / photons, 1, 0.25) << size << " photons " << photons;
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
}

}  // namespace
}  // namespace airy::simulation
