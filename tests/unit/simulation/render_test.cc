// What the options of the detector do to whole shots.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "model/simulation/simulator.h"
#include "tests/testing/status.h"

namespace airy::simulation {
namespace {

std::unique_ptr<Simulator> MakeSimulator(const SimulatorOptions& options, uint64_t seed) {
  auto simulator = Simulator::Create(options, seed);
  EXPECT_OK(simulator);
  return std::move(simulator).value();
}

SimulatorOptions Published(int size) {
  SimulatorOptions options;
  options.size = size;
  options.gamma_min = 0.5;
  options.gamma_max = 1;
  options.corrected = true;
  return options;
}

double MeanCounts(const Shot& shot) {
  double sum = 0;
  for (uint16_t count : shot.counts) sum += count - 8.0;
  return sum / static_cast<double>(shot.counts.size());
}

TEST(RenderTest, ShotsOfEveryOptionDependOnSeedAndIndexAlone) {
  const SimulatorOptions options = Published(128);
  const auto simulator = MakeSimulator(options, 7);
  constexpr size_t kShots = 12;
  constexpr uint64_t kFirst = 4700;
  std::array<Shot, kShots> forwards, backwards;
  std::thread other([&] {
    const auto twin = MakeSimulator(options, 7);
    for (size_t i = kShots; i-- > 0;) backwards[i] = twin->Render(kFirst + i);
  });
  for (size_t i = 0; i < kShots; ++i) forwards[i] = simulator->Render(kFirst + i);
  other.join();
  for (size_t i = 0; i < kShots; ++i) {
    EXPECT_EQ(forwards[i].counts, backwards[i].counts) << "shot " << kFirst + i;
  }
  EXPECT_EQ(MakeSimulator(options, 7)->Render(4711).counts, forwards[11].counts);
}

TEST(RenderTest, TheDetectorsOptionsLeaveTheSceneAlone) {
  SimulatorOptions plain;
  plain.size = 128;
  const auto published = MakeSimulator(Published(128), 8);
  const auto raw = MakeSimulator(plain, 8);
  for (uint64_t i = 0; i < 6; ++i) {
    const Shot a = published->Render(i), b = raw->Render(i);
    EXPECT_EQ(a.labels, b.labels);
    EXPECT_EQ(a.truth.radius_nm, b.truth.radius_nm);
    EXPECT_EQ(a.truth.photons, b.truth.photons);
    EXPECT_NE(a.counts, b.counts);
  }
}

TEST(RenderTest, CorrectedEmptyShotsKeepALittleOfTheirStrayLight) {
  SimulatorOptions options;
  options.size = 224;
  options.empty_share = 1;
  const auto raw = MakeSimulator(options, 9);
  options.corrected = true;
  const auto corrected = MakeSimulator(options, 9);
  for (uint64_t i = 0; i < 8; ++i) {
    const Shot before = raw->Render(i), after = corrected->Render(i);
    EXPECT_LT(MeanCounts(after), MeanCounts(before));
    EXPECT_GT(MeanCounts(after), 0);
  }
}

TEST(RenderTest, GammaIsDrawnFromItsRangePerShot) {
  SimulatorOptions options;
  options.size = 96;
  options.empty_share = 0;
  const auto linear = MakeSimulator(options, 10);
  options.gamma_min = 0.5;
  options.gamma_max = 0.9;
  const auto bent = MakeSimulator(options, 10);
  for (uint64_t i = 0; i < 5; ++i) {
    const Shot a = linear->Render(i), b = bent->Render(i);
    // Of the brightest pixels, whose noise is small: log ratio over log ratio.
    size_t at = 0;
    for (size_t p = 0; p < a.counts.size(); ++p) {
      if (a.counts[p] > a.counts[at]) at = p;
    }
    const double gamma =
        std::log((b.counts[at] - 8.0) / 150) / std::log((a.counts[at] - 8.0) / 150);
    EXPECT_GT(gamma, 0.48);
    EXPECT_LT(gamma, 0.92);
  }
}

TEST(RenderTest, RefusesGammasOutOfRange) {
  const auto refusal = [](double least, double most) {
    SimulatorOptions options;
    options.gamma_min = least;
    options.gamma_max = most;
    const auto simulator = Simulator::Create(options, 1);
    EXPECT_STATUS(StatusCode::kInvalidArgument, simulator);
    return simulator.status().message();
  };
  EXPECT_EQ(refusal(0.2, 1),
            "simulation.gamma_min must be 0.25..gamma_max; was 0.200000");
  EXPECT_EQ(refusal(1, 0.9),
            "simulation.gamma_min must be 0.25..gamma_max; was 1.000000");
  EXPECT_EQ(refusal(1, 5), "simulation.gamma_max must be at most 4; was 5.000000");
}

}  // namespace
}  // namespace airy::simulation
