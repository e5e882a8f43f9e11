#include "model/simulation/random_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <vector>

#include "tests/unit/simulation/simd_levels.h"

namespace airy::simulation {
namespace {

std::vector<uint32_t> Words(uint64_t seed, size_t count, transform::SimdLevel simd) {
  Random random(seed, 0, 0);
  std::vector<uint32_t> words(count);
  RandomWords(&random).Fill(simd, count, words.data());
  return words;
}

TEST(RandomWordsTest, SequenceIsFixedForEverAndTheSameAtEveryLevel) {
  const auto words = Words(1, 1024, transform::SimdLevel::kBaseline);
  for (transform::SimdLevel simd : SimdLevels()) EXPECT_EQ(Words(1, 1024, simd), words);
  EXPECT_NE(Words(2, 1024, transform::SimdLevel::kBaseline), words);
  // Two fills go on where one would.
  Random random(1, 0, 0);
  RandomWords source(&random);
  std::vector<uint32_t> parts(1024);
  source.Fill(transform::BestSimdLevel(), 48, parts.data());
  source.Fill(transform::BestSimdLevel(), 976, parts.data() + 48);
  EXPECT_EQ(parts, words);
}

// By the generator's definition, from the words that seed the first lane.
TEST(RandomWordsTest, LanesAreXoshiro128PlusPlus) {
  const auto words = Words(3, 160, transform::BestSimdLevel());
  Random random(3, 0, 0);
  uint32_t s[4];
  for (uint32_t& part : s) {
    part = static_cast<uint32_t>(random.Next());
    for (int i = 0; i < 7; ++i) random.Next();
  }
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(words[16 * i], std::rotl(s[0] + s[3], 7) + s[0]);
    const uint32_t t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 11);
  }
}

TEST(RandomWordsTest, BitsAreEvenAndLanesDiffer) {
  constexpr size_t kWords = 1 << 20;
  const auto words = Words(5, kWords, transform::BestSimdLevel());
  for (int bit = 0; bit < 32; ++bit) {
    const auto ones = std::count_if(words.begin(), words.end(),
                                    [&](uint32_t word) { return word >> bit & 1; });
    EXPECT_NEAR(static_cast<double>(ones) / kWords, 0.5, 0.0025) << bit;
  }
  EXPECT_EQ(std::set<uint32_t>(words.begin(), words.begin() + 16).size(), 16u);
}

}  // namespace
}  // namespace airy::simulation
