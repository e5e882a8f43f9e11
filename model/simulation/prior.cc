#include "model/simulation/prior.h"

#include <array>

#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

constexpr unsigned Bit(int class_index) { return 1U << class_index; }
constexpr unsigned kO = Bit(kSphericalOblate), kR = Bit(kRound), kE = Bit(kElliptical),
                   kP = Bit(kProlate), kS = Bit(kStreak), kB = Bit(kBent),
                   kA = Bit(kAsymmetric), kN = Bit(kNewtonRings), kD = Bit(kDoubleRings),
                   kL = Bit(kLayered);

constexpr Combination Count(int images, unsigned classes) {
  Combination combination;
  for (int i = 0; i < kClassCount; ++i) {
    combination.labels[static_cast<size_t>(i)] = (classes & Bit(i)) != 0;
  }
  combination.images = images;
  return combination;
}

// Counted in the public label file of CXIDB-94.
constexpr std::array kCombinations = {
    Count(5300, kO | kR),
    Count(472, kO | kE),
    Count(316, kO | kR | kN),
    Count(229, kO | kE | kA),
    Count(211, Bit(kEmpty)),
    Count(126, kP | kB),
    Count(126, kP | kS | kB),
    Count(125, kO | kR | kD),
    Count(53, kP | kB | kA),
    Count(47, kO | kR | kN | kD),
    Count(40, kO | kE | kN),
    Count(34, kP | kS | kB | kA),
    Count(32, kP | kS),
    Count(20, kP | kS | kB | kL),
    Count(14, kO | kE | kA | kN),
    Count(13, kO | kE | kD),
    Count(12, kP | kA),
    Count(10, kO | kE | kA | kD),
    Count(9, kP),
    Count(9, kP | kS | kB | kN),
    Count(9, kO | kE | kN | kD),
    Count(7, kP | kS | kL),
    Count(6, kO | kE | kA | kN | kD),
    Count(5, kP | kB | kN),
    Count(5, kP | kB | kD),
    Count(5, kL),
    Count(4, kP | kS | kA),
    Count(3, kP | kB | kA | kN),
    Count(2, kP | kS | kB | kN | kL),
    Count(2, kP | kS | kN | kL),
    Count(2, kO | kE | kN | kL),
    Count(2, kO | kR | kL),
    Count(2, kS),
    Count(2, kS | kB),
    Count(2, kS | kB | kL),
    Count(1, kO | kR | kN | kD | kL),
    Count(1, kO | kE | kA | kN | kL),
    Count(1, kO | kR | kA),
    Count(1, kO | kL),
    Count(1, kP | kB | kL),
    Count(1, kP | kB | kN | kD),
    Count(1, kP | kB | kN | kL),
    Count(1, kP | kN | kD),
};

template <typename Keep>
Labels DrawAmong(Random* random, Keep keep) {
  int images = 0;
  for (const Combination& c : kCombinations) images += keep(c) ? c.images : 0;
  AIRY_CHECK(images > 0);
  int rest = random->Below(images);
  for (const Combination& c : kCombinations) {
    if (!keep(c)) continue;
    rest -= c.images;
    if (rest < 0) return c.labels;
  }
  return {};
}

}  // namespace

std::span<const Combination> Prior::Combinations() { return kCombinations; }

Labels Prior::Draw(Random* random) {
  return DrawAmong(random, [](const Combination& c) { return c.labels[kEmpty] == 0; });
}

Labels Prior::DrawWith(int class_index, Random* random) {
  AIRY_CHECK(class_index >= 0 && class_index < kEmpty);
  return DrawAmong(random, [class_index](const Combination& c) {
    return c.labels[static_cast<size_t>(class_index)] != 0;
  });
}

}  // namespace airy::simulation
