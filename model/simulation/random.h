#pragma once

#include <array>
#include <cstdint>

namespace airy::simulation {

// Random numbers whose sequence depends on (seed, index, stream) alone, on every platform
// and library: xoshiro256++ seeded by splitmix64. The standard library's distributions
// are left to each implementation, so none is used. Thread-compatible.
class Random {
 public:
  Random(uint64_t seed, uint64_t index, uint64_t stream);

  uint64_t Next();
  double Uniform();  // (0, 1)
  double Uniform(double low, double high);
  double LogUniform(double low, double high);
  double Normal();
  bool Chance(double probability) { return Uniform() < probability; }
  int Below(int count);               // 0..count-1
  std::array<double, 3> Direction();  // isotropic unit vector

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace airy::simulation
