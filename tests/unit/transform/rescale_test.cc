#include "preprocess/transform/rescale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/testing/status.h"
#include "tests/unit/transform/pixel_buffer.h"

namespace airy::transform {
namespace {

using ::testing::HasSubstr;
using Fit = RescaleOptions::Fit;

Image Rescale(const PixelView& pixels, const RescaleOptions& options,
              const std::vector<uint8_t>& mask = {}, const std::vector<float>& dark = {},
              float scale = 1) {
  auto rescaler = Rescaler::Create(pixels.total_rows(), pixels.cols, options, mask, dark);
  Image image;
  EXPECT_OK(rescaler);
  if (rescaler.ok()) (*rescaler)->Apply(pixels, scale, &image);
  return image;
}

TEST(RescaleTest, AFrameOfNaNGivesZeros) {
  const PixelBuffer input(
      PixelType::kFloat32, 50, 60,
      std::vector<double>(3000, std::numeric_limits<double>::quiet_NaN()));
  const Image image = Rescale(input.view(), {});
  for (float value : image.pixels()) ASSERT_EQ(value, 0.0F);
}

TEST(RescaleTest, AConstantImageStaysThatConstant) {
  for (Fit fit : {Fit::kCrop, Fit::kPad}) {
    const PixelBuffer input(PixelType::kUint16, 103, 131,
                            std::vector<double>(103 * 131, 1234));
    RescaleOptions options;
    options.output_size = 29;
    options.fit = fit;
    options.centre_row = 51.5;
    options.centre_col = 65.5;
    const Image image = Rescale(input.view(), options);
    int measured = 0;
    for (float value : image.pixels()) {
      if (value == 0 && fit == Fit::kPad) continue;
      ASSERT_NEAR(value, 1234.0F, 1e-3F);
      ++measured;
    }
    EXPECT_GE(measured, 29 * 23);
  }
}

TEST(RescaleTest, ConservesCounts) {
  const PixelBuffer input(PixelType::kUint16, 211, 211, 4);
  double expected = 0;
  for (double value : input.values()) expected += value;
  const Image image = Rescale(input.view(), {});
  double sum = 0;
  for (float value : image.pixels()) sum += static_cast<double>(value);
  const double step = 211.0 / kInputSize;
  EXPECT_NEAR(sum * step * step / expected, 1, 1e-6);
}

TEST(RescaleTest, ScaleMultipliesCounts) {
  const PixelBuffer input(PixelType::kInt16, 40, 40, 4);
  const Image plain = Rescale(input.view(), {});
  const Image scaled = Rescale(input.view(), {}, {}, {}, 0.25F);
  for (size_t i = 0; i < plain.pixels().size(); ++i) {
    ASSERT_EQ(scaled.pixels()[i], plain.pixels()[i] * 0.25F);
  }
}

TEST(RescaleTest, StridedViewsEqualDenseCopies) {
  for (PixelType type : kAllPixelTypes) {
    for (auto [rows, cols] : {std::pair{30, 41}, {45, 20}, {16, 64}}) {
      PixelBuffer buffer(type, rows, cols, 8);
      RescaleOptions options;
      options.output_size = 13;
      options.fit = Fit::kPad;
      const Image dense = Rescale(buffer.view(), options);
      for (const PixelView& layout : Layouts(rows, cols)) {
        buffer.Store(layout);
        const Image strided = Rescale(buffer.view(), options);
        ASSERT_TRUE(std::equal(dense.pixels().begin(), dense.pixels().end(),
                               strided.pixels().begin()))
            << PixelTypeName(type) << ", strides " << layout.row_stride << " "
            << layout.col_stride << ", modules " << layout.modules;
      }
    }
  }
}

TEST(RescaleTest, PixelsNeedNotBeAligned) {
  for (PixelType type : kAllPixelTypes) {
    PixelBuffer buffer(type, 33, 40, 8);
    const Image aligned = Rescale(buffer.view(), {});
    buffer.Store(DenseView(nullptr, type, 33, 40), 1);
    const Image shifted = Rescale(buffer.view(), {});
    EXPECT_TRUE(std::equal(aligned.pixels().begin(), aligned.pixels().end(),
                           shifted.pixels().begin()));
  }
}

TEST(RescaleTest, TheCentreOfThePatternBecomesTheCentreOfTheImage) {
  std::vector<double> values(100 * 120);
  values[70 * 120 + 30] = 64;
  const PixelBuffer input(PixelType::kUint16, 100, 120, values);
  RescaleOptions options;
  options.output_size = 9;
  options.centre_row = 70.5;
  options.centre_col = 30.5;
  for (Fit fit : {Fit::kCrop, Fit::kPad}) {
    options.fit = fit;
    const Image image = Rescale(input.view(), options);
    for (int row = 0; row < 9; ++row) {
      for (int col = 0; col < 9; ++col) {
        EXPECT_EQ(image.at(row, col) > 0, row == 4 && col == 4);
      }
    }
  }
}

TEST(RescaleTest, ReusesAnOutputOfTheRightSizeAndResizesAnother) {
  const PixelBuffer input(PixelType::kUint16, 64, 64, 1);
  auto rescaler = Rescaler::Create(64, 64, {});
  ASSERT_OK(rescaler);
  Image image(3, 5);
  (*rescaler)->Apply(input.view(), 1, &image);
  EXPECT_EQ(image.rows(), kInputSize);
  EXPECT_EQ(image.cols(), kInputSize);
  const float* pixels = image.pixels().data();
  (*rescaler)->Apply(input.view(), 1, &image);
  EXPECT_EQ(image.pixels().data(), pixels);
}

TEST(RescaleTest, RefusesWhatIsOutOfRange) {
  const auto message = [](int rows, int cols, const RescaleOptions& options,
                          std::vector<uint8_t> mask = {}, std::vector<float> dark = {}) {
    const auto rescaler = Rescaler::Create(rows, cols, options, mask, dark);
    EXPECT_STATUS(StatusCode::kInvalidArgument, rescaler);
    return rescaler.status().message();
  };
  RescaleOptions options;
  EXPECT_EQ(message(0, 5, options), "frame edges must be 1..65536 pixels; were 0x5");
  EXPECT_EQ(message(5, 70000, options),
            "frame edges must be 1..65536 pixels; were 5x70000");
  options.output_size = 7;
  EXPECT_EQ(message(50, 50, options), "rescale.output_size must be 8..4096; was 7");
  options.output_size = 4097;
  EXPECT_EQ(message(50, 50, options), "rescale.output_size must be 8..4096; was 4097");
  options = {};
  options.centre_row = 0.25;
  EXPECT_EQ(message(50, 50, options),
            "rescale.centre_row must be 0.5..49.5; was 0.250000");
  options = {};
  options.centre_col = std::nan("");
  EXPECT_THAT(message(50, 60, options),
              HasSubstr("rescale.centre_col must be 0.5..59.5; was nan"));
  options = {};
  EXPECT_EQ(message(2, 3, options, {1, 1}),
            "mask must have the frame's 2x3 pixels; has 2");
  EXPECT_EQ(message(1, 2, options, {0, 0}),
            "mask must leave at least one pixel good (non-zero); has none");
  EXPECT_EQ(message(2, 3, options, {}, {1}),
            "dark must have the frame's 2x3 pixels; has 1");
  EXPECT_THAT(message(2, 2, options, {}, {0, 0, 0, std::nanf("")}),
              HasSubstr("at row 1, column 1"));
}

TEST(RescaleTest, ADarkMayBeAnythingUnderTheMask) {
  const PixelBuffer input(PixelType::kUint16, 8, 8, std::vector<double>(64, 5));
  std::vector<uint8_t> mask(64, 1);
  std::vector<float> dark(64, 2);
  mask[9] = 0;
  dark[9] = std::nanf("");
  RescaleOptions options;
  options.output_size = 8;
  const Image image = Rescale(input.view(), options, mask, dark);
  for (size_t i = 0; i < 64; ++i) {
    ASSERT_EQ(image.pixels()[i], i == 9 ? 0.0F : 3.0F) << i;
  }
}

}  // namespace
}  // namespace airy::transform
