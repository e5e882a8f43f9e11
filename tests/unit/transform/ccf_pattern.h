#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "preprocess/transform/ccf_map.h"
#include "tests/testing/status.h"

namespace airy::transform {

// Rings that fall off outwards, bent in two and eight directions and turned by
// `turned_rad` from the columns towards the rows, with uniform noise between 0 and
// `noise`.
inline Image DropletLike(int edge, double turned_rad, double noise, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Image image(edge, edge);
  for (int row = 0; row < edge; ++row) {
    for (int col = 0; col < edge; ++col) {
      const double y = (row + 0.5 - edge / 2.0) * 224 / edge;
      const double x = (col + 0.5 - edge / 2.0) * 224 / edge;
      const double radius = std::hypot(x, y);
      const double phi = std::atan2(y, x) - turned_rad;
      const double bent = radius * (1 + 0.08 * std::cos(2 * phi)) / 9;
      const double streak = 1 + 0.4 * std::cos(8 * phi + radius / 15);
      const double value = 2e5 * std::pow(radius + 10, -2.5) *
                           (1 + 0.8 * std::cos(bent)) * streak * radius / (radius + 4);
      image.at(row, col) = static_cast<float>(value + noise * uniform(random));
    }
  }
  return image;
}

inline Image MapOf(const Image& image, const CcfOptions& options = {},
                   const std::vector<uint8_t>& mask = {}) {
  const auto mapper = CcfMapper::Create(image.rows(), image.cols(), options, mask);
  EXPECT_OK(mapper);
  Image map;
  if (!mapper.ok()) return map;
  CcfMapper::Workspace workspace(**mapper);
  (*mapper)->Apply(image, &workspace, &map);
  return map;
}

}  // namespace airy::transform
