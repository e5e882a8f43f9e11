#include "preprocess/transform/polar_grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/testing/status.h"

namespace airy::transform {
namespace {

TEST(PolarGridTest, DefaultsAreTheRingsOfThePaper) {
  const auto grid = MakePolarGrid(224, 224, {});
  ASSERT_OK(grid);
  EXPECT_EQ(grid->rings(), 224U);
  EXPECT_EQ(grid->angles(), 360U);
  EXPECT_FLOAT_EQ(grid->radius.front(), 17);
  EXPECT_FLOAT_EQ(grid->radius.back(), 111);
  EXPECT_FLOAT_EQ(grid->radius[1], 17 + 94.0F / 223);
  EXPECT_FLOAT_EQ(grid->centre_row, 111.5);
  EXPECT_FLOAT_EQ(grid->cosine[60], 0.5);
  EXPECT_FLOAT_EQ(grid->sine[30], 0.5);
  EXPECT_TRUE(grid->measured.empty());
}

TEST(PolarGridTest, EverySampleLiesBetweenFourPixels) {
  PolarGridOptions options;
  options.centre_row = 12;
  options.inner_radius_px = 0;
  options.outer_radius_px = 11.5;  // as far out as it may be
  const auto grid = MakePolarGrid(24, 31, options);
  ASSERT_OK(grid);
  for (float radius : grid->radius) {
    for (size_t p = 0; p < grid->angles(); ++p) {
      const PixelTap row = TapAt(grid->centre_row + radius * grid->sine[p], 24);
      ASSERT_GE(row.pixel, 0);
      ASSERT_LE(row.pixel, 22);
      ASSERT_GE(row.fraction, -1e-5F);
      ASSERT_LE(row.fraction, 1 + 1e-5F);
    }
  }
}

TEST(PolarGridTest, ASampleIsMeasuredWhenAllItsPixelsAreGood) {
  PolarGridOptions options;
  options.rings = 16;
  options.angles = 16;
  options.inner_radius_px = 0;
  options.outer_radius_px = 15;  // ring i lies at i pixels
  options.centre_row = 16.5;     // the centre of pixel 16
  options.centre_col = 16.5;
  std::vector<uint8_t> mask(33 * 33, 1);
  mask[16 * 33 + 20] = 0;  // ring 4, angle 0
  const auto grid = MakePolarGrid(33, 33, options, mask);
  ASSERT_OK(grid);
  ASSERT_EQ(grid->measured.size(), 256U);
  EXPECT_EQ(grid->measured[4 * 16], 0);
  EXPECT_EQ(grid->measured[3 * 16], 1);
  EXPECT_EQ(grid->measured[5 * 16], 1);
  EXPECT_EQ(std::count(grid->measured.begin(), grid->measured.end(), 0), 1);
}

TEST(PolarGridTest, AMaskWithoutABadPixelInReachIsNone) {
  std::vector<uint8_t> mask(64 * 64, 255);
  mask[0] = 0;
  const auto grid = MakePolarGrid(64, 64, {}, mask);
  ASSERT_OK(grid);
  EXPECT_TRUE(grid->measured.empty());
}

TEST(PolarGridTest, RefusesWhatIsOutOfRange) {
  const auto message = [](int rows, int cols, const PolarGridOptions& options,
                          const std::vector<uint8_t>& mask = {}) {
    const auto grid = MakePolarGrid(rows, cols, options, mask);
    EXPECT_STATUS(StatusCode::kInvalidArgument, grid);
    return grid.status().message();
  };
  PolarGridOptions options;
  options.rings = 100;
  EXPECT_EQ(message(224, 224, options),
            "ccf.rings must be a multiple of 16 in 16..512; was 100");
  options = {};
  options.angles = 3;
  EXPECT_EQ(message(224, 224, options), "ccf.angles must be 16..2048; was 3");
  options = {};
  options.centre_col = 224;
  EXPECT_EQ(message(224, 224, options), "ccf.centre_col must be 1..223; was 224");
  options = {};
  options.centre_row = std::nan("");
  EXPECT_EQ(message(224, 224, options), "ccf.centre_row must be 1..223; was nan");
  options = {};
  options.outer_radius_px = 112;
  EXPECT_EQ(message(224, 224, options), "ccf.outer_radius_px must be 0..111.5; was 112");
  options = {};
  options.inner_radius_px = -1.5;
  EXPECT_EQ(message(224, 224, options),
            "ccf.inner_radius_px must be 0 .. below the outer radius of 111; was -1.5");
  options.inner_radius_px = 111;
  EXPECT_EQ(message(224, 224, options),
            "ccf.inner_radius_px must be 0 .. below the outer radius of 111; was 111");
  EXPECT_EQ(message(4, 224, {}),
            "an image must have edges of 8..4096 pixels for a CCF map; has 4x224");
  EXPECT_EQ(message(24, 24, {}, std::vector<uint8_t>(575, 1)),
            "mask must have the image's 24x24 pixels; has 575");
  EXPECT_EQ(message(24, 24, {}, std::vector<uint8_t>(576, 0)),
            "mask leaves no sample for a CCF map");
}

}  // namespace
}  // namespace airy::transform
