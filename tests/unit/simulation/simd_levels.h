#pragma once

#include <vector>

#include "preprocess/transform/simd.h"

namespace airy::simulation {

// Those this machine runs, the baseline first.
inline std::vector<transform::SimdLevel> SimdLevels() {
  std::vector<transform::SimdLevel> levels;
  for (int level = 0; level <= static_cast<int>(transform::BestSimdLevel()); ++level) {
    levels.push_back(static_cast<transform::SimdLevel>(level));
  }
  return levels;
}

}  // namespace airy::simulation
