#include "model/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace airy::model {
namespace {

constexpr size_t kShaBlock = 64;
using ShaState = std::array<uint32_t, 8>;
using ShaRoundConstants = std::array<uint32_t, 64>;

// FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the
// first 64 primes, exact by integer arithmetic.
ShaRoundConstants MakeRoundConstants() {
  ShaRoundConstants constants{};
  size_t count = 0;
  for (uint32_t n = 2; count < constants.size(); ++n) {
    bool prime = true;
    for (uint32_t d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
    if (!prime) continue;
    // The largest x with x^3 <= n * 2^96, found bit by bit; its low 32 bits are wanted.
    const auto target = static_cast<long double>(n) * 0x1p96L;
    uint64_t root = 0;
    for (uint64_t bit = uint64_t{1} << 35; bit != 0; bit >>= 1) {
      const auto x = static_cast<long double>(root | bit);
      if (x * x * x <= target) root |= bit;
    }
    constants[count++] = static_cast<uint32_t>(root);
  }
  return constants;
}

void ShaCompress(ShaState* state, const std::byte* block) {
  static const ShaRoundConstants kConstants = MakeRoundConstants();
  std::array<uint32_t, 64> w;
  for (size_t i = 0; i < 16; ++i) {
    w[i] = std::to_integer<uint32_t>(block[4 * i]) << 24 |
           std::to_integer<uint32_t>(block[4 * i + 1]) << 16 |
           std::to_integer<uint32_t>(block[4 * i + 2]) << 8 |
           std::to_integer<uint32_t>(block[4 * i + 3]);
  }
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t s0 =
        std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t s1 =
        std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = *state;
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kConstants[i] + w[i];
    const uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const ShaState change = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < state->size(); ++i) (*state)[i] += change[i];
}

}  // namespace

std::string Sha256Hex(std::span<const std::byte> bytes) {
  ShaState state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  size_t offset = 0;
  for (; bytes.size() - offset >= kShaBlock; offset += kShaBlock) {
    ShaCompress(&state, bytes.data() + offset);
  }
  // The rest, a one bit, zeros, and the length in bits in the last eight bytes.
  std::array<std::byte, 2 * kShaBlock> tail{};
  const size_t rest = bytes.size() - offset;
  std::copy_n(bytes.data() + offset, rest, tail.begin());
  tail[rest] = std::byte{0x80};
  const size_t tail_size = rest + 9 <= kShaBlock ? kShaBlock : 2 * kShaBlock;
  const uint64_t bits = uint64_t{bytes.size()} * 8;
  for (size_t i = 0; i < 8; ++i) {
    tail[tail_size - 1 - i] = static_cast<std::byte>(bits >> (8 * i));
  }
  for (size_t i = 0; i < tail_size; i += kShaBlock) ShaCompress(&state, tail.data() + i);

  std::string hex;
  for (const uint32_t word : state) {
    for (int shift = 28; shift >= 0; shift -= 4) {
      hex.push_back("0123456789abcdef"[word >> shift & 0xF]);
    }
  }
  return hex;
}

}  // namespace airy::model
