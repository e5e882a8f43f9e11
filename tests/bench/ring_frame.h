#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace airy {

// A frame of edge x edge pixels with rings that fall off outwards and noise, all of it
// lit: the search for ranks in a CCF map depends on how values are spread.
inline std::vector<uint16_t> RingFrame(int edge) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> noise(0, 20);
  std::vector<uint16_t> pixels;
  pixels.reserve(static_cast<size_t>(edge) * static_cast<size_t>(edge));
  const float scale = 224 / static_cast<float>(edge);
  for (int row = 0; row < edge; ++row) {
    for (int col = 0; col < edge; ++col) {
      const float y = static_cast<float>(row - edge / 2) * scale;
      const float x = static_cast<float>(col - edge / 2) * scale * 1.1F;
      const float radius = std::hypot(x, y);
      const float rings = 1 + std::cos(radius / 7);
      pixels.push_back(static_cast<uint16_t>(
          80 + 1e6F * std::pow(radius + 10, -3.0F) * rings + noise(random)));
    }
  }
  return pixels;
}

}  // namespace airy
