#include "model/simulation/random_words.h"

#include <cstring>

#include "preprocess/frame/check.h"

namespace airy::simulation {

RandomWords::RandomWords(Random* seed) {
  for (Lanes& lanes : state_) {
    for (size_t i = 0; i < kLanes; i += 2) {
      const uint64_t word = seed->Next();
      lanes[i] = static_cast<uint32_t>(word);
      lanes[i + 1] = static_cast<uint32_t>(word >> 32);
    }
  }
}

// One register of lanes after the other: in plain loops, or in vectors wider than a
// register, the states would go through memory for every word.
template <int kWidth>
struct RandomWords::Generate {
  using Vector [[gnu::vector_size(kWidth * sizeof(uint32_t))]] = uint32_t;

  AIRY_SIMD_KERNEL void Run(size_t count, std::array<Lanes, 4>* state, uint32_t* words) {
    for (size_t lane = 0; lane < kLanes; lane += kWidth) {
      Vector s[4];
      for (size_t i = 0; i < 4; ++i)
        std::memcpy(&s[i], &(*state)[i][lane], sizeof(Vector));
      for (size_t i = lane; i < count; i += kLanes) {
        const Vector sum = s[0] + s[3];
        const Vector word = (sum << 7 | sum >> 25) + s[0];
        const Vector t = s[1] << 9;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3] << 11 | s[3] >> 21;
        std::memcpy(words + i, &word, sizeof(word));
      }
      for (size_t i = 0; i < 4; ++i)
        std::memcpy(&(*state)[i][lane], &s[i], sizeof(Vector));
    }
  }
};

void RandomWords::Fill(transform::SimdLevel simd, size_t count, uint32_t* words) {
  AIRY_CHECK(count % kLanes == 0);
  transform::RunLanesAt<Generate>(simd, count, &state_, words);
}

}  // namespace airy::simulation
