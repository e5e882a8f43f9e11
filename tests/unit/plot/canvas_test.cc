#include "proto/plot/canvas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <filesystem>
#include <limits>
#include <vector>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::plot {
namespace {

using ::testing::HasSubstr;

Colour At(const Canvas& canvas, int x, int y) {
  const size_t at = (static_cast<size_t>(y) * static_cast<size_t>(canvas.width()) +
                     static_cast<size_t>(x)) *
                    3;
  return {canvas.rgb()[at], canvas.rgb()[at + 1], canvas.rgb()[at + 2]};
}

int Brightness(Colour c) { return c.red + c.green + c.blue; }

bool Same(Colour a, Colour b) {
  return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

// The PNG of a canvas: its colours, and whether they are written by number.
struct SavedPicture {
  std::vector<uint8_t> rgb;
  bool is_indexed = false;
};

SavedPicture SaveAndRead(const Canvas& canvas) {
  const testing::TempDir folder;
  EXPECT_OK(canvas.SavePng(folder.File("a.png")));
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_file(&image, folder.File("a.png").c_str()), 0);
  EXPECT_EQ(static_cast<int>(image.width), canvas.width());
  EXPECT_EQ(static_cast<int>(image.height), canvas.height());
  SavedPicture saved;
  saved.is_indexed = (image.format & PNG_FORMAT_FLAG_COLORMAP) != 0;
  image.format = PNG_FORMAT_RGB;
  saved.rgb.resize(PNG_IMAGE_SIZE(image));
  EXPECT_NE(png_image_finish_read(&image, nullptr, saved.rgb.data(), 0, nullptr), 0);
  return saved;
}

TEST(CanvasTest, SavedPictureHoldsTheColoursDrawn) {
  Canvas canvas(40, 30);
  canvas.Fill({10, 5, 8, 4}, kRed);
  EXPECT_THAT(SaveAndRead(canvas).rgb, ::testing::ElementsAreArray(canvas.rgb()));
  EXPECT_TRUE(Same(At(canvas, 10, 5), kRed));
  EXPECT_TRUE(Same(At(canvas, 17, 8), kRed));
  EXPECT_TRUE(Same(At(canvas, 18, 8), kWhite));
  EXPECT_TRUE(Same(At(canvas, 9, 5), kWhite));
}

TEST(CanvasTest, PicturesOfAtMost256ColoursAreIndexed) {
  for (const int colours : {256, 257}) {
    Canvas canvas(colours, 1);
    for (int i = 0; i < colours; ++i) {
      canvas.Fill({i + 0.0, 0, 1, 1},
                  {static_cast<uint8_t>(i % 256), static_cast<uint8_t>(i / 256), 7});
    }
    const SavedPicture saved = SaveAndRead(canvas);
    EXPECT_EQ(saved.is_indexed, colours == 256);
    EXPECT_THAT(saved.rgb, ::testing::ElementsAreArray(canvas.rgb()));
  }
}

TEST(CanvasTest, BrighterValuesAreBrighterPixelsOnBothScales) {
  const std::vector<float> values = {0, 1, 10, 100, 1000, 1000};
  for (const Scale scale : {Scale::kLinear, Scale::kLog}) {
    Canvas canvas(12, 2);
    canvas.Image(0, 0, 1, 6, values, scale, 0, 1000, 2);
    for (int i = 0; i + 2 < 6; ++i) {
      EXPECT_LE(Brightness(At(canvas, 2 * i, 0)), Brightness(At(canvas, 2 * i + 2, 1)));
    }
    EXPECT_TRUE(Same(At(canvas, 8, 0), At(canvas, 11, 1)));
  }
  // Decades are evenly apart on the logarithmic scale alone.
  Canvas linear(6, 1), log(6, 1);
  linear.Image(0, 0, 1, 6, values, Scale::kLinear, 0, 1000);
  log.Image(0, 0, 1, 6, values, Scale::kLog, 0, 1000);
  EXPECT_GT(Brightness(At(log, 2, 0)), 2 * Brightness(At(linear, 2, 0)));
}

TEST(CanvasTest, WhatWasThereShinesThroughAnImageOfLittleOpacity) {
  Canvas canvas(4, 1, kBlack), covered(1, 1, kBlack);
  const std::vector<float> bright(4, 1.0F), opacity = {-0.2F, 0, 0.5F, 1};
  canvas.Image(0, 0, 1, 4, bright, Scale::kLinear, 0, 1, 1, opacity);
  covered.Image(0, 0, 1, 1, std::span(bright).first(1), Scale::kLinear, 0, 1);
  EXPECT_TRUE(Same(At(canvas, 0, 0), kBlack));
  EXPECT_TRUE(Same(At(canvas, 1, 0), kBlack));
  EXPECT_NEAR(2 * Brightness(At(canvas, 2, 0)), Brightness(At(covered, 0, 0)), 3);
  EXPECT_TRUE(Same(At(canvas, 3, 0), At(covered, 0, 0)));
}

TEST(CanvasTest, WhatIsNoNumberIsGrey) {
  Canvas canvas(1, 1);
  const std::vector<float> value = {std::numeric_limits<float>::quiet_NaN()};
  canvas.Image(0, 0, 1, 1, value, Scale::kLog, 0, 1);
  EXPECT_TRUE(Same(At(canvas, 0, 0), kGrey));
}

TEST(CanvasTest, ClipsWhatLiesOutside) {
  Canvas canvas(20, 20);
  canvas.Line({-1e9, 10}, {1e9, 10}, kBlack);
  canvas.Fill({-50, -50, 55, 55}, kBlue);
  canvas.Text({-30, 500}, "outside", 12);
  canvas.Image(-3, 18, 2, 4, std::vector<float>(8, 1.0F), Scale::kLinear, 0, 1, 3);
  EXPECT_TRUE(Same(At(canvas, 4, 4), kBlue));
  EXPECT_TRUE(Same(At(canvas, 6, 6), kWhite));
  EXPECT_GT(Brightness(At(canvas, 0, 19)), 0);
}

TEST(CanvasTest, TextTakesTheRoomThatIsToldBeforehand) {
  Canvas canvas(300, 40);
  canvas.Text({290, 30}, "newton_rings", 12, kBlack, Align::kRight);
  const double width = TextWidth("newton_rings", 12);
  int first = canvas.width(), last = -1;
  for (int x = 0; x < canvas.width(); ++x) {
    for (int y = 0; y < canvas.height(); ++y) {
      if (Same(At(canvas, x, y), kWhite)) continue;
      first = std::min(first, x);
      last = std::max(last, x);
    }
  }
  EXPECT_NEAR(last, 290, 4);
  EXPECT_NEAR(last - first, width, 6);
}

TEST(CanvasTest, TellsWhereAPictureCannotBeWrittenAndLeavesNothing) {
  const testing::TempDir folder;
  const std::string path = folder.File("missing/a.png");
  const Status status = Canvas(2, 2).SavePng(path);
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr(path));
  std::filesystem::create_directory(folder.File("taken.png"));
  EXPECT_EQ(Canvas(2, 2).SavePng(folder.File("taken.png")).code(),
            StatusCode::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(folder.File("taken.png.partial")));
}

TEST(QuantileTest, CountsFiniteValuesOnly) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {5, nan, 1, 3, 2, 4, nan};
  EXPECT_EQ(Quantile(values, 0), 1);
  EXPECT_EQ(Quantile(values, 0.5), 3);
  EXPECT_EQ(Quantile(values, 1), 5);
  EXPECT_EQ(Quantile(std::vector<float>{nan}, 0.5), 0);
}

}  // namespace
}  // namespace airy::plot
