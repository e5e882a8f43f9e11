#include "preprocess/transform/preprocessor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "tests/testing/status.h"
#include "tests/unit/transform/ccf_pattern.h"
#include "tests/unit/transform/pixel_buffer.h"

namespace airy::transform {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Preprocessor> Make(const PreprocessorOptions& options) {
  auto preprocessor = Preprocessor::Create(options);
  EXPECT_OK(preprocessor);
  return std::move(preprocessor).value();
}

TEST(PreprocessorTest, ScoresAndRescalesFramesOfChangingShapeAndType) {
  PreprocessorOptions options;
  options.counts_scale = 0.5;
  auto preprocessor = Make(options);
  Image image;
  // Each step changes the shape alone, the type alone, both or nothing.
  const std::pair<PixelType, int> steps[] = {
      {PixelType::kUint16, 20},  {PixelType::kUint16, 33}, {PixelType::kFloat32, 33},
      {PixelType::kFloat32, 33}, {PixelType::kUint8, 20},  {PixelType::kUint16, 20}};
  for (const auto& [type, edge] : steps) {
    const PixelBuffer frame(type, edge, edge,
                            std::vector<double>(static_cast<size_t>(edge * edge), 100));
    const auto decision = preprocessor->Score(frame.view());
    ASSERT_OK(decision);
    EXPECT_EQ(decision->lit_pixels, edge * edge);
    ASSERT_OK(preprocessor->Rescale(frame.view(), &image));
    EXPECT_NEAR(image.Mean(), 50, 1e-4);
  }
}

TEST(PreprocessorTest, AppliesMaskAndDarkToBoth) {
  const std::vector<uint8_t> mask = {1, 1, 0, 1};
  const std::vector<float> dark = {10, 10, 10, 40};
  PreprocessorOptions options;
  options.hit_finder = {60, 2};
  options.rescale.output_size = 8;
  options.mask = mask;
  options.dark = dark;
  options.calibration_rows = 2;
  options.calibration_cols = 2;
  auto preprocessor = Make(options);
  const PixelBuffer frame(PixelType::kUint16, 2, 2, {80, 71, 90, 90});
  const auto decision = preprocessor->Score(frame.view());
  ASSERT_OK(decision);
  EXPECT_EQ(decision->lit_pixels, 2);
  EXPECT_TRUE(decision->is_hit);
  Image image;
  ASSERT_OK(preprocessor->Rescale(frame.view(), &image));
  EXPECT_FLOAT_EQ(image.at(0, 0), 70);
  EXPECT_FLOAT_EQ(image.at(0, 7), 61);
  EXPECT_FLOAT_EQ(image.at(7, 0), 0);
  EXPECT_FLOAT_EQ(image.at(7, 7), 50);
}

TEST(PreprocessorTest, AFrameOfAnotherShapeThanItsMaskIsABadShape) {
  const std::vector<uint8_t> mask(6, 1);
  PreprocessorOptions options;
  options.mask = mask;
  options.calibration_rows = 2;
  options.calibration_cols = 3;
  auto preprocessor = Make(options);
  const PixelBuffer good(PixelType::kUint16, 2, 3, 1);
  const PixelBuffer turned(PixelType::kUint16, 3, 2, 1);
  Image image;
  EXPECT_OK(preprocessor->Score(good.view()));
  EXPECT_STATUS(StatusCode::kInvalidArgument, preprocessor->Score(turned.view()));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                preprocessor->Rescale(turned.view(), &image));
  EXPECT_EQ(preprocessor->Score(turned.view()).status().message(),
            "frame must have the 2x3 pixels of its mask and dark; has 3x2");
  EXPECT_OK(preprocessor->Score(good.view()));
}

TEST(PreprocessorTest, AnEmptyOrAbsurdShapeIsABadShape) {
  auto preprocessor = Make({});
  Image image;
  PixelView view = DenseView(nullptr, PixelType::kUint16, 0, 5);
  EXPECT_STATUS(StatusCode::kInvalidArgument, preprocessor->Score(view));
  view = DenseView(nullptr, PixelType::kUint16, 65536, 5);
  view.modules = 65536;
  EXPECT_STATUS(StatusCode::kInvalidArgument, preprocessor->Rescale(view, &image));
  view = DenseView(nullptr, PixelType::kUint16, -5, 5);
  view.modules = -1;
  EXPECT_STATUS(StatusCode::kInvalidArgument, preprocessor->Score(view));
}

TEST(PreprocessorTest, ACentreOutsideTheFrameIsABadShape) {
  PreprocessorOptions options;
  options.rescale.centre_row = 30;
  auto preprocessor = Make(options);
  const PixelBuffer small(PixelType::kUint16, 20, 20, 1);
  const PixelBuffer large(PixelType::kUint16, 40, 40, 1);
  Image image;
  const Status status = preprocessor->Rescale(small.view(), &image);
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_THAT(status.message(), HasSubstr("rescale.centre_row must be 0.5..19.5"));
  EXPECT_OK(preprocessor->Rescale(large.view(), &image));
}

TEST(PreprocessorTest, AFrameWithoutAFinitePixelIsNoMeasurement) {
  auto preprocessor = Make({});
  std::vector<double> values(64, std::nan(""));
  const PixelBuffer nothing(PixelType::kFloat32, 8, 8, values);
  EXPECT_STATUS(StatusCode::kDataLoss, preprocessor->Score(nothing.view()));
  values[3] = 1;
  const PixelBuffer little(PixelType::kFloat32, 8, 8, values);
  const auto decision = preprocessor->Score(little.view());
  ASSERT_OK(decision);
  EXPECT_EQ(decision->valid_pixels, 1);
}

TEST(PreprocessorTest, MapsWhatItRescaledWithThePixelsThatWereMeasured) {
  std::vector<uint8_t> mask(300 * 260, 1);
  std::fill_n(mask.begin() + 100 * 260, 12 * 260, uint8_t{0});
  PreprocessorOptions options;
  options.rescale.output_size = 128;
  options.rescale.fit = RescaleOptions::Fit::kPad;
  options.ccf.emplace();
  options.ccf->grid.rings = 64;
  options.mask = mask;
  options.calibration_rows = 300;
  options.calibration_cols = 260;
  auto preprocessor = Make(options);
  const PixelBuffer frame(PixelType::kUint16, 300, 260, 4);
  Image image;
  Image map;
  ASSERT_OK(preprocessor->Rescale(frame.view(), &image));
  preprocessor->MapCcf(image, &map);

  std::vector<uint8_t> measured(128 * 128, 1);
  for (int i = 0; i < 128; ++i) {
    for (int j = 0; j < 128; ++j) {
      const double top = i * 300.0 / 128;
      const double left = j * 300.0 / 128 - 20;  // the frame is padded to 300 columns
      const double step = 300.0 / 128;
      const bool masked = top >= 100 && top + step <= 112;
      const bool outside = left + step <= 0 || left >= 260;
      if (masked || outside) measured[static_cast<size_t>(i * 128 + j)] = 0;
    }
  }
  const Image expected = MapOf(image, *options.ccf, measured);
  EXPECT_EQ(std::vector<float>(map.pixels().begin(), map.pixels().end()),
            std::vector<float>(expected.pixels().begin(), expected.pixels().end()));
  EXPECT_EQ(map.rows(), 64);
}

TEST(PreprocessorTest, MapsFramesOfChangingShape) {
  PreprocessorOptions options;
  options.rescale.output_size = 64;
  options.ccf.emplace();
  auto preprocessor = Make(options);
  Image image;
  Image map;
  for (int edge : {90, 120, 90}) {
    const PixelBuffer frame(PixelType::kUint16, edge, edge, 4);
    ASSERT_OK(preprocessor->Rescale(frame.view(), &image));
    preprocessor->MapCcf(image, &map);
    const Image expected = MapOf(image, *options.ccf);
    EXPECT_EQ(std::vector<float>(map.pixels().begin(), map.pixels().end()),
              std::vector<float>(expected.pixels().begin(), expected.pixels().end()));
  }
}

TEST(PreprocessorTest, RefusesOptionsOutOfRange) {
  const std::vector<uint8_t> mask(6, 1);
  const auto message = [](const PreprocessorOptions& options) {
    const auto preprocessor = Preprocessor::Create(options);
    EXPECT_STATUS(StatusCode::kInvalidArgument, preprocessor);
    return preprocessor.status().message();
  };
  PreprocessorOptions options;
  options.counts_scale = 0;
  EXPECT_EQ(message(options), "counts_scale must be finite and above 0; was 0.000000");
  options = {};
  options.hit_finder.min_lit_pixels = -1;
  EXPECT_THAT(message(options), HasSubstr("hit_finder.min_lit_pixels"));
  options = {};
  options.rescale.output_size = 1;
  EXPECT_THAT(message(options), HasSubstr("rescale.output_size"));
  options = {};
  options.ccf.emplace();
  options.ccf->order = 0;
  EXPECT_THAT(message(options), HasSubstr("ccf.order"));
  options = {};
  options.mask = mask;
  options.calibration_rows = 6;
  options.calibration_cols = 2;
  EXPECT_EQ(message(options), "mask must have the frame's 6x2 pixels; has 6");
}

}  // namespace
}  // namespace airy::transform
