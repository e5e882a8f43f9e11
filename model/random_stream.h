#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace airy::model {

// SplitMix64 (Steele et al., OOPSLA 2014): mixes well from any start, so that streams can
// be named by number and drawn from in any order. Thread-compatible.
class RandomStream {
 public:
  // The stream of these three numbers.
  RandomStream(uint64_t seed, uint64_t a, uint64_t b)
      : state_(Mix(Mix(seed + kStep) + a + kStep) + b) {
    state_ = Next();
  }
  uint64_t Next() { return Mix(state_ += kStep); }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  double LogUniform(double low, double high) {
    return low * std::pow(high / low, Uniform());
  }
  // True with this probability. Draws in any case, so that one event's probability does
  // not move what is drawn after it.
  bool Happens(double probability) { return Uniform() < probability; }
  // Fisher-Yates; std::shuffle differs between standard libraries.
  template <typename T>
  void Shuffle(std::vector<T>* values) {
    for (size_t i = values->size(); i > 1; --i) {
      const auto j = static_cast<size_t>(Uniform() * static_cast<double>(i));
      std::swap((*values)[i - 1], (*values)[j]);
    }
  }

 private:
  static constexpr uint64_t kStep = 0x9E3779B97F4A7C15;
  static uint64_t Mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }

  uint64_t state_;
};

}  // namespace airy::model
