// Rescaler against its definition, written as plainly as possible.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "preprocess/transform/rescale.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/pixel_buffer.h"

namespace airy::transform {
namespace {

using Fit = RescaleOptions::Fit;

// The definition in rescale.h, pixel by pixel in double precision.
std::vector<double> Reference(const PixelBuffer& input, const RescaleOptions& options,
                              const std::vector<uint8_t>& mask = {},
                              const std::vector<float>& dark = {}) {
  const int rows = input.rows();
  const int cols = input.cols();
  const double centre_row = options.centre_row.value_or(rows / 2.0);
  const double centre_col = options.centre_col.value_or(cols / 2.0);
  const std::initializer_list<double> edges = {centre_row, rows - centre_row, centre_col,
                                               cols - centre_col};
  const double half = options.fit == Fit::kCrop ? std::min(edges) : std::max(edges);
  const double step = 2 * half / options.output_size;
  const auto overlap = [&](double origin, int output, int pixel) {
    const double begin = origin + output * step;
    return std::max(0.0, std::min(begin + step, pixel + 1.0) -
                             std::max(begin, static_cast<double>(pixel)));
  };
  std::vector<double> result;
  for (int i = 0; i < options.output_size; ++i) {
    for (int j = 0; j < options.output_size; ++j) {
      double sum = 0;
      double area = 0;
      for (int row = 0; row < rows; ++row) {
        const double height = overlap(centre_row - half, i, row);
        if (height < 1e-6) continue;
        for (int col = 0; col < cols; ++col) {
          const double width = overlap(centre_col - half, j, col);
          const size_t at = static_cast<size_t>(row * cols + col);
          const double value =
              input.values()[at] - (dark.empty() ? 0 : static_cast<double>(dark[at]));
          const bool bad = (!mask.empty() && mask[at] == 0) || !std::isfinite(value) ||
                           std::fabs(value) > 1e30;
          if (width < 1e-6 || bad) continue;
          sum += height * width * value;
          area += height * width;
        }
      }
      result.push_back(area > 0 ? sum / area : 0);
    }
  }
  return result;
}

void ExpectNear(const Image& image, const std::vector<double>& expected) {
  ASSERT_EQ(image.pixels().size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(image.pixels()[i]), expected[i], 2e-4)
        << "row " << i / static_cast<size_t>(image.cols()) << ", column "
        << i % static_cast<size_t>(image.cols());
  }
}

// A frame shape and options drawn from `random`.
struct Case {
  int rows;
  int cols;
  RescaleOptions options;
  std::vector<uint8_t> mask;
  std::vector<float> dark;
};

Case DrawCase(std::mt19937& random) {
  Case drawn;
  drawn.rows = 1 + static_cast<int>(random() % 90);
  drawn.cols = 1 + static_cast<int>(random() % 90);
  drawn.options.output_size = 8 + static_cast<int>(random() % 24);
  drawn.options.fit = random() % 2 == 0 ? Fit::kCrop : Fit::kPad;
  const auto place = [&](int edge) {
    return 0.5 + (edge - 1) * static_cast<double>(random() % 1001) / 1000;
  };
  if (random() % 2 == 0) drawn.options.centre_row = place(drawn.rows);
  if (random() % 2 == 0) drawn.options.centre_col = place(drawn.cols);
  const size_t size = static_cast<size_t>(drawn.rows * drawn.cols);
  if (random() % 2 == 0) {
    for (size_t i = 0; i < size; ++i) drawn.mask.push_back(random() % 3 != 0);
    drawn.mask[random() % size] = 1;
  }
  if (random() % 2 == 0) {
    for (size_t i = 0; i < size; ++i) {
      drawn.dark.push_back(static_cast<float>(random() % 1000) * 0.01F);
    }
  }
  return drawn;
}

Image Rescale(const PixelBuffer& input, const Case& drawn) {
  auto rescaler =
      Rescaler::Create(drawn.rows, drawn.cols, drawn.options, drawn.mask, drawn.dark);
  Image image;
  EXPECT_OK(rescaler);
  if (rescaler.ok()) (*rescaler)->Apply(input.view(), 1, &image);
  return image;
}

TEST(RescaleReferenceTest, AgreesWithTheDefinitionForAnyShapeTypeAndOptions) {
  std::mt19937 random(20190613);
  for (int round = 0; round < 140; ++round) {
    const Case drawn = DrawCase(random);
    const PixelType type = kAllPixelTypes[round % 7];
    const PixelBuffer input(type, drawn.rows, drawn.cols, random());
    SCOPED_TRACE(std::string(PixelTypeName(type)) + " " + std::to_string(drawn.rows) +
                 "x" + std::to_string(drawn.cols) + " round " + std::to_string(round));
    ExpectNear(Rescale(input, drawn),
               Reference(input, drawn.options, drawn.mask, drawn.dark));
  }
}

TEST(RescaleReferenceTest, LeavesOutWhatIsNotFinite) {
  const double bad[] = {std::numeric_limits<double>::quiet_NaN(),
                        std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity(), 2e30};
  std::mt19937 random(77);
  for (int round = 0; round < 60; ++round) {
    const Case drawn = DrawCase(random);
    const PixelType type = round % 2 == 0 ? PixelType::kFloat32 : PixelType::kFloat64;
    std::vector<double> values =
        PixelBuffer(type, drawn.rows, drawn.cols, random()).values();
    for (double& value : values) {
      if (random() % 10 == 0) value = bad[random() % 4];
    }
    const PixelBuffer input(type, drawn.rows, drawn.cols, values);
    SCOPED_TRACE(round);
    ExpectNear(Rescale(input, drawn),
               Reference(input, drawn.options, drawn.mask, drawn.dark));
  }
}

TEST(RescaleReferenceTest, ABadFrameLeavesNoTraceInTheNext) {
  const PixelBuffer bad(PixelType::kFloat32, 20, 20,
                        std::vector<double>(400, std::nan("")));
  const PixelBuffer good(PixelType::kFloat32, 20, 20, 3);
  auto rescaler = Rescaler::Create(20, 20, {});
  ASSERT_OK(rescaler);
  Image image;
  (*rescaler)->Apply(bad.view(), 1, &image);
  (*rescaler)->Apply(good.view(), 1, &image);
  ExpectNear(image, Reference(good, {}));
}

TEST(RescaleReferenceTest, EveryFrameIsReadAnew) {
  const PixelBuffer first(PixelType::kUint16, 1, 20, 3);
  const PixelBuffer second(PixelType::kUint16, 1, 20, 4);
  RescaleOptions options;
  options.fit = Fit::kPad;
  auto rescaler = Rescaler::Create(1, 20, options);
  ASSERT_OK(rescaler);
  Image image;
  (*rescaler)->Apply(first.view(), 1, &image);
  (*rescaler)->Apply(second.view(), 1, &image);
  ExpectNear(image, Reference(second, options));
}

}  // namespace
}  // namespace airy::transform
