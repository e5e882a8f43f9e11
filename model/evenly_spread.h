#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace airy::model {

// All of 0..size - 1, or where those are more than `most` (2 or more), `most` of them
// with the first and the last, evenly spread.
inline std::vector<int64_t> EvenlySpread(int64_t size, int64_t most) {
  const int64_t count = std::min(size, most);
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i) {
    indices.push_back(count == size ? i : i * (size - 1) / (count - 1));
  }
  return indices;
}

}  // namespace airy::model
