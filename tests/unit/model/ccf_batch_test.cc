// The batched maps beside those of the CPU step, which has tests of its own against the
// definition.
#include "model/ccf_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/testing/status.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::model {
namespace {

using transform::CcfOptions;
using transform::CcfScaling;

constexpr double kTolerance = 1e-4;

torch::Tensor Stack(const std::vector<Image>& images) {
  std::vector<torch::Tensor> tensors;
  for (const Image& image : images) {
    const torch::Tensor pixels = torch::empty({1, image.rows(), image.cols()});
    std::memcpy(pixels.data_ptr<float>(), image.pixels().data(),
                image.pixels().size_bytes());
    tensors.push_back(pixels);
  }
  return torch::stack(tensors);
}

// The largest difference to the maps of the CPU step; of unscaled maps in units of the
// largest value of a triangle.
double LargestDifference(const std::vector<Image>& images, const CcfOptions& options,
                         const std::vector<uint8_t>& mask = {},
                         torch::Device device = torch::kCPU) {
  const auto mapper =
      CcfBatchMapper::Create(images[0].rows(), images[0].cols(), options, mask, device);
  EXPECT_OK(mapper);
  if (!mapper.ok()) return std::numeric_limits<double>::infinity();
  const int64_t rings = options.grid.rings;
  const torch::Tensor maps = mapper->Map(Stack(images).to(device)).cpu().contiguous();
  EXPECT_EQ(maps.sizes(), (std::vector<int64_t>{std::ssize(images), 1, rings, rings}));
  double largest = 0;
  for (size_t n = 0; n < images.size(); ++n) {
    const Image expected = transform::MapOf(images[n], options, mask);
    const float* map = maps[static_cast<int64_t>(n)].data_ptr<float>();
    double difference[2] = {0, 0};
    double unit[2] = {1e-30, 1e-30};
    for (int i = 0; i < rings; ++i) {
      for (int j = 0; j < rings; ++j) {
        const int triangle = i > j ? 0 : 1;
        const double value = static_cast<double>(expected.at(i, j));
        const double found = static_cast<double>(map[i * rings + j]);
        if (!std::isfinite(found)) return std::numeric_limits<double>::infinity();
        difference[triangle] = std::max(difference[triangle], std::fabs(found - value));
        unit[triangle] = std::max(unit[triangle], std::fabs(value));
      }
    }
    for (const int triangle : {0, 1}) {
      const bool is_scaled = options.scaling != CcfScaling::kNone;
      largest =
          std::max(largest, difference[triangle] / (is_scaled ? 1 : unit[triangle]));
    }
  }
  return largest;
}

// Whole photons of `gain` counts where DropletLike is bright, and none in most pixels.
Image PhotonLike(int edge, float gain, unsigned seed) {
  std::mt19937 random(seed);
  Image image = transform::DropletLike(edge, 0.2, 0, 1);
  for (float& pixel : image.pixels()) {
    const double mean = static_cast<double>(pixel) / 100;
    int photons = 0;
    for (double product = 1;;) {  // Poisson's law by Knuth
      product *= (static_cast<double>(random()) + 0.5) / 4294967296.0;
      if (product < std::exp(-mean)) break;
      ++photons;
    }
    pixel = gain * static_cast<float>(photons);
  }
  return image;
}

std::vector<Image> Droplets(int edge) {
  std::vector<Image> images;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    images.push_back(transform::DropletLike(edge, 0.4 * seed, 10.0 * seed, seed));
  }
  return images;
}

std::vector<uint8_t> DeadSectors(int rows, int cols) {
  std::vector<uint8_t> mask(static_cast<size_t>(rows) * static_cast<size_t>(cols), 1);
  for (int row = 0; row < rows; ++row) {
    for (int col = 0; col < cols; ++col) {
      const bool is_dead = (row > rows / 2 - 4 && row < rows / 2 + 4) ||
                           (col > cols / 3 && row < rows / 5) || (row * col) % 97 == 1;
      if (is_dead) mask[static_cast<size_t>(row * cols + col)] = 0;
    }
  }
  return mask;
}

TEST(CcfBatchTest, AgreesWithTheCpuStepInEveryScalingAndPart) {
  std::vector<Image> images = Droplets(kInputSize);
  images.push_back(PhotonLike(kInputSize, 1, 5));
  images.push_back(PhotonLike(kInputSize, 37.5F, 6));
  const std::vector<uint8_t> mask = DeadSectors(kInputSize, kInputSize);
  for (const auto part : {CcfOptions::Part::kReal, CcfOptions::Part::kAbsolute}) {
    for (const auto scaling :
         {CcfScaling::kLog, CcfScaling::kMaximum, CcfScaling::kNone}) {
      CcfOptions options;
      options.part = part;
      options.scaling = scaling;
      SCOPED_TRACE(transform::DescribeInput(options));
      EXPECT_LT(LargestDifference(images, options), kTolerance);
      EXPECT_LT(LargestDifference(images, options, mask), kTolerance) << "masked";
    }
  }
}

TEST(CcfBatchTest, AgreesForAnyShapeCentreAndOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    const int rows = 48 + static_cast<int>(random() % 40);
    const int cols = 48 + static_cast<int>(random() % 40);
    CcfOptions options;
    options.order = 1 + static_cast<int>(random() % 12);
    options.grid.rings = 16 * static_cast<int>(1 + random() % 4);
    options.grid.angles = 40 + static_cast<int>(random() % 100);
    options.grid.centre_row = rows * 0.5 + static_cast<double>(random() % 9) - 4.037;
    options.grid.centre_col = cols * 0.5 + static_cast<double>(random() % 9) - 4.21;
    if (round % 3 == 0) options.grid.inner_radius_px = 0;
    std::vector<Image> images(2, Image(rows, cols));
    for (Image& image : images) {
      for (float& pixel : image.pixels()) {
        pixel = static_cast<float>(random() % 10000) * 0.01F - 20;
      }
    }
    std::vector<uint8_t> mask;
    if (round % 2 == 0) mask = DeadSectors(rows, cols);
    EXPECT_LT(LargestDifference(images, options, mask), kTolerance)
        << rows << "x" << cols << " round " << round;
  }
}

TEST(CcfBatchTest, ConstantAndEmptyImagesAgree) {
  for (const float value : {0.0F, 0.1F, 3.7F, -12.0F, 40'000.0F}) {
    Image image(kInputSize, kInputSize);
    std::fill(image.pixels().begin(), image.pixels().end(), value);
    for (const auto scaling : {CcfScaling::kLog, CcfScaling::kMaximum}) {
      CcfOptions options;
      options.scaling = scaling;
      const std::vector<uint8_t> mask = DeadSectors(kInputSize, kInputSize);
      EXPECT_LT(LargestDifference({image}, options), kTolerance) << value;
      EXPECT_LT(LargestDifference({image}, options, mask), kTolerance) << value;
    }
  }
}

TEST(CcfBatchTest, SinglePhotonsAgree) {
  std::vector<Image> images;
  for (int photons : {1, 2, 30}) {
    std::mt19937 random(static_cast<unsigned>(photons));
    Image image(kInputSize, kInputSize);
    for (int i = 0; i < photons; ++i) {
      image.at(static_cast<int>(random() % kInputSize),
               static_cast<int>(random() % kInputSize)) += 1;
    }
    images.push_back(image);
  }
  EXPECT_LT(LargestDifference(images, {}), kTolerance);
}

TEST(CcfBatchTest, WhatIsNoMeasurementCountsAsNothing) {
  std::vector<Image> images = Droplets(kInputSize);
  images[0].at(60, 60) = std::numeric_limits<float>::quiet_NaN();
  images[1].at(80, 150) = std::numeric_limits<float>::infinity();
  images[2].at(112, 40) = 2e15F;
  EXPECT_LT(LargestDifference(images, {}), kTolerance);
}

TEST(CcfBatchTest, AgreesOnAGpu) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU here";
  std::vector<Image> images = Droplets(kInputSize);
  images.push_back(PhotonLike(kInputSize, 1, 5));
  const std::vector<uint8_t> mask = DeadSectors(kInputSize, kInputSize);
  for (const auto scaling : {CcfScaling::kLog, CcfScaling::kMaximum, CcfScaling::kNone}) {
    CcfOptions options;
    options.scaling = scaling;
    EXPECT_LT(LargestDifference(images, options, {}, torch::kCUDA), kTolerance);
    EXPECT_LT(LargestDifference(images, options, mask, torch::kCUDA), kTolerance);
  }
}

TEST(CcfBatchTest, RefusesWhatTheCpuStepRefuses) {
  CcfOptions options;
  options.order = 180;
  const auto mapper = CcfBatchMapper::Create(224, 224, options, {}, torch::kCPU);
  EXPECT_STATUS(StatusCode::kInvalidArgument, mapper);
  EXPECT_EQ(mapper.status().message(), "ccf.order must be 1..179; was 180");
}

}  // namespace
}  // namespace airy::model
