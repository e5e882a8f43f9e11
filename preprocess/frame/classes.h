#pragma once

#include <array>
#include <string_view>

namespace airy {

// The eleven non-exclusive classes, in the column order of the public label file of
// CXIDB-94 (which is not the order of Table 1 of PRE 99, 063309). This order holds in
// every array of labels or probabilities.
inline constexpr int kClassCount = 11;
inline constexpr std::array<std::string_view, kClassCount> kClassNames = {
    "spherical_oblate", "round",        "elliptical",   "prolate", "streak", "bent",
    "asymmetric",       "newton_rings", "double_rings", "layered", "empty"};

enum ClassIndex : int {
  kSphericalOblate = 0,
  kRound,
  kElliptical,
  kProlate,
  kStreak,
  kBent,
  kAsymmetric,
  kNewtonRings,
  kDoubleRings,
  kLayered,
  kEmpty,
};

// The index of a class name, or -1.
constexpr int FindClass(std::string_view name) {
  for (int i = 0; i < kClassCount; ++i) {
    if (kClassNames[static_cast<size_t>(i)] == name) return i;
  }
  return -1;
}

// One value per class.
using ClassProbabilities = std::array<float, kClassCount>;

}  // namespace airy
