#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/simulation/random.h"
#include "preprocess/transform/simd.h"

namespace airy::simulation {

// Random words by the million: sixteen xoshiro128++ generators side by side, whose states
// are drawn from a Random. The same words at every SimdLevel. Thread-compatible.
class RandomWords {
 public:
  static constexpr size_t kLanes = 16;

  explicit RandomWords(Random* seed);
  // Fills words[0..count); count must be a multiple of kLanes.
  void Fill(transform::SimdLevel simd, size_t count, uint32_t* words);

 private:
  template <int kWidth>
  struct Generate;
  using Lanes = std::array<uint32_t, kLanes>;
  alignas(64) std::array<Lanes, 4> state_;
};

}  // namespace airy::simulation
