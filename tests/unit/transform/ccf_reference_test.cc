// CcfMapper against its definition in double precision.
#include "tests/unit/transform/ccf_reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "preprocess/transform/ccf_map.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::transform {
namespace {

// The largest difference, in units of the largest value of its triangle.
double LargestError(const Image& map, const std::vector<double>& expected) {
  double largest[2] = {0, 0};
  double error[2] = {0, 0};
  const size_t edge = static_cast<size_t>(map.rows());
  for (size_t at = 0; at < expected.size(); ++at) {
    const size_t triangle = at / edge > at % edge ? 0 : 1;
    const double value = static_cast<double>(map.pixels()[at]);
    if (!std::isfinite(value)) return value;
    largest[triangle] = std::max(largest[triangle], std::fabs(expected[at]));
    error[triangle] = std::max(error[triangle], std::fabs(value - expected[at]));
  }
  return std::max(error[0] / std::max(largest[0], 1e-300),
                  error[1] / std::max(largest[1], 1e-300));
}

double ErrorOf(const Image& image, const CcfOptions& options,
               const std::vector<uint8_t>& mask = {}) {
  const Image map = MapOf(image, options, mask);
  const CcfReference reference(image.rows(), image.cols(), options, mask);
  return LargestError(map, reference.Map(image));
}

TEST(CcfReferenceTest, AFullMapAgreesInEveryScalingAndPart) {
  const Image image = DropletLike(kInputSize, 0.3, /*noise=*/3, /*seed=*/1);
  for (auto part : {CcfOptions::Part::kReal, CcfOptions::Part::kAbsolute}) {
    for (auto scaling : {CcfScaling::kLog, CcfScaling::kMaximum, CcfScaling::kNone}) {
      CcfOptions options;
      options.part = part;
      options.scaling = scaling;
      EXPECT_LT(ErrorOf(image, options), 2e-5)
          << static_cast<int>(part) << " " << static_cast<int>(scaling);
    }
  }
}

TEST(CcfReferenceTest, NoiseAndDarkSubtractedImagesAgree) {
  for (double background : {0.0, -50.0, 1000.0}) {
    Image image = DropletLike(96, 0.3, /*noise=*/40, /*seed=*/2);
    for (float& pixel : image.pixels()) pixel += static_cast<float>(background);
    CcfOptions options;
    options.grid.rings = 96;
    EXPECT_LT(ErrorOf(image, options), 1e-4) << background;
  }
}

TEST(CcfReferenceTest, AnyGeometryMaskAndOrderAgrees) {
  std::mt19937 random(20190613);
  for (int round = 0; round < 30; ++round) {
    const int rows = 40 + static_cast<int>(random() % 60);
    const int cols = 40 + static_cast<int>(random() % 60);
    CcfOptions options;
    options.grid.rings = 16 * static_cast<int>(1 + random() % 5);
    options.grid.angles = 30 + static_cast<int>(random() % 200);
    options.order = 1 + static_cast<int>(random() % 12);
    // Never in the middle of a pixel, where rounding decides which pixels weigh.
    options.grid.centre_row = rows * 0.5 + static_cast<double>(random() % 9) - 4.037;
    options.grid.centre_col = cols * 0.5 + static_cast<double>(random() % 9) - 4.21;
    if (round % 3 == 0) options.grid.inner_radius_px = 0;
    if (round % 4 == 0) options.grid.outer_radius_px = 12.25;
    if (round % 2 == 0) options.scaling = CcfScaling::kNone;
    std::vector<uint8_t> mask;
    for (int i = 0; i < rows * cols && round % 5 != 0; ++i) {
      const bool in_dead_sector = i % cols > cols / 2 && i / cols == rows / 2;
      mask.push_back(in_dead_sector || random() % 50 == 0 ? 0 : 1);
    }
    Image image(rows, cols);
    for (float& pixel : image.pixels()) {
      pixel = static_cast<float>(random() % 10000) * 0.01F;
    }
    EXPECT_LT(ErrorOf(image, options, mask), 1e-4)
        << rows << "x" << cols << " round " << round;
  }
}

}  // namespace
}  // namespace airy::transform
