#include "model/simulation/prior.h"

#include <iterator>

#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

constexpr unsigned Bit(int class_index) { return 1U << class_index; }
constexpr unsigned kO = Bit(kSphericalOblate), kR = Bit(kRound), kE = Bit(kElliptical),
                   kP = Bit(kProlate), kS = Bit(kStreak), kB = Bit(kBent),
                   kA = Bit(kAsymmetric), kN = Bit(kNewtonRings), kD = Bit(kDoubleRings),
                   kL = Bit(kLayered);

struct Combination {
  unsigned classes;
  int images;
};

// Counted in the public label file of CXIDB-94 (7264 images).
constexpr Combination kCombinations[] = {
    {kO | kR, 5300},
    {kO | kE, 472},
    {kO | kR | kN, 316},
    {kO | kE | kA, 229},
    {kP | kB, 126},
    {kP | kS | kB, 126},
    {kO | kR | kD, 125},
    {kP | kB | kA, 53},
    {kO | kR | kN | kD, 47},
    {kO | kE | kN, 40},
    {kP | kS | kB | kA, 34},
    {kP | kS, 32},
    {kP | kS | kB | kL, 20},
    {kO | kE | kA | kN, 14},
    {kO | kE | kD, 13},
    {kO | kE | kA | kD, 10},
    {kP | kS | kB | kN, 9},
    {kO | kE | kN | kD, 9},
    {kP, 9},
    {kP | kS | kL, 7},
    {kO | kE | kA | kN | kD, 6},
    {kP | kB | kN, 5},
    {kP | kB | kD, 5},
    {kP | kB | kA | kN, 3},
    {kO | kR | kL, 2},
    {kP | kB | kL, 1},
    {kP | kB | kN | kD, 1},
    {kP | kN | kD, 1},
};

template <typename Keep>
Labels DrawAmong(Random* random, Keep keep) {
  int images = 0;
  for (const Combination& c : kCombinations) images += keep(c) ? c.images : 0;
  AIRY_CHECK(images > 0);
  int rest = random->Below(images);
  Labels labels{};
  for (const Combination& c : kCombinations) {
    if (!keep(c)) continue;
    rest -= c.images;
    if (rest >= 0) continue;
    for (int i = 0; i < kClassCount; ++i) {
      labels[static_cast<size_t>(i)] = (c.classes & Bit(i)) != 0;
    }
    break;
  }
  return labels;
}

}  // namespace

Prior::Prior() {
  for (int i = 0; i < kClassCount; ++i) {
    for (const Combination& c : kCombinations) {
      if ((c.classes & Bit(i)) == 0) continue;
      classes_.push_back(i);
      break;
    }
  }
}

Labels Prior::Draw(Random* random) const {
  return DrawAmong(random, [](const Combination&) { return true; });
}

Labels Prior::DrawWith(int class_index, Random* random) const {
  return DrawAmong(random, [class_index](const Combination& c) {
    return (c.classes & Bit(class_index)) != 0;
  });
}

}  // namespace airy::simulation
