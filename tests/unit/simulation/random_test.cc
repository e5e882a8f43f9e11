#include "model/simulation/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace airy::simulation {
namespace {

TEST(RandomTest, SequenceIsFixedForEverAndDiffersInEveryArgument) {
  Random random(1, 2, 3);
  const uint64_t first = random.Next();
  EXPECT_EQ(Random(1, 2, 3).Next(), first);
  EXPECT_EQ(first, 3106975646374847983u);
  std::set<uint64_t> firsts;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    for (uint64_t index = 0; index < 8; ++index) {
      for (uint64_t stream = 0; stream < 8; ++stream) {
        firsts.insert(Random(seed, index, stream).Next());
      }
    }
  }
  EXPECT_EQ(firsts.size(), 512u);
}

TEST(RandomTest, NumbersFollowTheirDistributions) {
  Random random(7, 0, 0);
  constexpr int kDraws = 100000;
  double uniform = 0, normal = 0, normal_square = 0, axis_square = 0;
  int below = 0;
  for (int i = 0; i < kDraws; ++i) {
    uniform += random.Uniform() / kDraws;
    const double n = random.Normal();
    normal += n / kDraws;
    normal_square += n * n / kDraws;
    const auto direction = random.Direction();
    axis_square += direction[0] * direction[0] / kDraws;
    below += random.Below(3) == 2;
  }
  EXPECT_NEAR(uniform, 0.5, 0.005);
  EXPECT_NEAR(normal, 0, 0.015);
  EXPECT_NEAR(normal_square, 1, 0.02);
  EXPECT_NEAR(axis_square, 1.0 / 3, 0.005);
  EXPECT_NEAR(1.0 * below / kDraws, 1.0 / 3, 0.007);
}

}  // namespace
}  // namespace airy::simulation
