#include "client/detector/shot_renderer.h"

#include <gtest/gtest.h>

#include "tests/testing/status.h"

namespace airy::detector {
namespace {

TEST(ShotRendererTest, HandsOutTheSimulatorsShotsInOrderFromAnyNumberOfThreads) {
  simulation::SimulatorOptions options;
  options.size = 64;
  const auto simulator = simulation::Simulator::Create(options, 5);
  ASSERT_OK(simulator);
  ShotRenderer renderer(**simulator, 3);
  for (int64_t expected = 0; expected < 8; ++expected) {
    int64_t index = -1;
    const simulation::Shot shot = renderer.Next(&index);
    EXPECT_EQ(index, expected);
    EXPECT_EQ(shot.counts, (*simulator)->Render(static_cast<uint64_t>(expected)).counts);
  }
}

TEST(ShotRendererTest, BeginsWithAnyShot) {
  simulation::SimulatorOptions options;
  options.size = 64;
  const auto simulator = simulation::Simulator::Create(options, 5);
  ASSERT_OK(simulator);
  ShotRenderer renderer(**simulator, 2, 4711);
  int64_t index = -1;
  EXPECT_EQ(renderer.Next(&index).counts, (*simulator)->Render(4711).counts);
  EXPECT_EQ(index, 4711);
}

TEST(ShotRendererTest, CanBeGivenUpWhileItRenders) {
  simulation::SimulatorOptions options;
  options.size = 64;
  const auto simulator = simulation::Simulator::Create(options, 5);
  ASSERT_OK(simulator);
  const ShotRenderer renderer(**simulator, 2);
}

TEST(ShotRendererTest, ChecksTheNumberOfThreads) {
  EXPECT_OK(ShotRenderer::CheckThreads(1));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotRenderer::CheckThreads(0));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotRenderer::CheckThreads(257));
  EXPECT_OK(ShotRenderer::CheckThreads(ShotRenderer::AllCores()));
}

}  // namespace
}  // namespace airy::detector
