#pragma once

#include <vector>

#include "preprocess/transform/simd.h"

namespace airy::transform {

// Every level that this machine runs, the baseline first.
inline std::vector<SimdLevel> AllSimdLevels() {
  std::vector<SimdLevel> levels;
  for (SimdLevel level : {SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (level <= BestSimdLevel()) levels.push_back(level);
  }
  return levels;
}

}  // namespace airy::transform
