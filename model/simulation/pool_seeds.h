#pragma once

#include <cstdint>

namespace airy::simulation {

// Seeds of the shots that demonstrations show to a trained network. Sets for training
// must stay away from them.
inline constexpr uint64_t kFirstPoolSeed = 20'260'000;
inline constexpr uint64_t kLastPoolSeed = 20'269'999;

constexpr bool IsPoolSeed(uint64_t seed) {
  return seed >= kFirstPoolSeed && seed <= kLastPoolSeed;
}

}  // namespace airy::simulation
