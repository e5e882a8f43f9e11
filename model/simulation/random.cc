#include "model/simulation/random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

uint64_t SplitMix(uint64_t* state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed, uint64_t index, uint64_t stream) {
  // Each word is mixed before the next is added, so that nearby triples share nothing.
  uint64_t mixed = seed;
  mixed = SplitMix(&mixed) ^ index;
  mixed = SplitMix(&mixed) ^ stream;
  for (uint64_t& word : state_) word = SplitMix(&mixed);
}

uint64_t Random::Next() {
  auto& s = state_;
  const uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
  const uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double Random::Uniform() { return (static_cast<double>(Next() >> 12) + 0.5) * 0x1p-52; }

double Random::Uniform(double low, double high) { return low + (high - low) * Uniform(); }

double Random::LogUniform(double low, double high) {
  return std::exp(Uniform(std::log(low), std::log(high)));
}

double Random::Normal() {
  const double radius = std::sqrt(-2 * std::log(Uniform()));
  return radius * std::cos(2 * std::numbers::pi * Uniform());
}

int Random::Below(int count) { return static_cast<int>(Uniform() * count); }

std::array<double, 3> Random::Direction() {
  const double z = Uniform(-1, 1);
  const double azimuth = Uniform(0, 2 * std::numbers::pi);
  const double rho = std::sqrt(1 - z * z);
  return {rho * std::cos(azimuth), rho * std::sin(azimuth), z};
}

}  // namespace airy::simulation
