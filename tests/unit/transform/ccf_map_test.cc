#include "preprocess/transform/ccf_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/testing/status.h"
#include "tests/unit/transform/allocations.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::transform {
namespace {

using ::testing::HasSubstr;

constexpr int kEdge = kInputSize;

CcfOptions Unscaled() {
  CcfOptions options;
  options.scaling = CcfScaling::kNone;
  return options;
}

enum class Triangle { kLower, kUpper, kBoth };

double LargestDifference(const Image& a, const Image& b, Triangle triangle) {
  double largest = 0;
  for (int i = 0; i < a.rows(); ++i) {
    for (int j = 0; j < a.cols(); ++j) {
      if (triangle == Triangle::kLower && i <= j) continue;
      if (triangle == Triangle::kUpper && i > j) continue;
      largest =
          std::max(largest, std::fabs(static_cast<double>(a.at(i, j) - b.at(i, j))));
    }
  }
  return largest;
}

std::vector<float> Values(const Image& image) {
  return {image.pixels().begin(), image.pixels().end()};
}

template <typename Source>
Image Moved(const Image& image, Source&& source) {
  Image moved(image.rows(), image.cols());
  for (int i = 0; i < image.rows(); ++i) {
    for (int j = 0; j < image.cols(); ++j) moved.at(i, j) = source(i, j);
  }
  return moved;
}

TEST(CcfMapTest, AQuarterTurnChangesNothing) {
  const Image image = DropletLike(kEdge, 0.3, 5, 1);
  const Image turned =
      Moved(image, [&](int i, int j) { return image.at(kEdge - 1 - j, i); });
  ASSERT_GT(LargestDifference(image, turned, Triangle::kBoth), 10);
  for (auto part : {CcfOptions::Part::kReal, CcfOptions::Part::kAbsolute}) {
    CcfOptions options;
    options.part = part;
    EXPECT_LT(
        LargestDifference(MapOf(image, options), MapOf(turned, options), Triangle::kBoth),
        2e-5);
  }
}

TEST(CcfMapTest, APatternTurnedByAnyAngleGivesTheSameMap) {
  const Image map = MapOf(DropletLike(kEdge, 0, 0, 1));
  for (double turned_rad : {0.01, 0.37, 1.0, 2.5}) {
    const Image turned = MapOf(DropletLike(kEdge, turned_rad, 0, 1));
    EXPECT_LT(LargestDifference(map, turned, Triangle::kBoth), 0.03) << turned_rad;
  }
  // What remains is interpolation: a map of another pattern is far off.
  Image other = DropletLike(kEdge, 0, 0, 1);
  other = Moved(other, [&](int i, int j) { return other.at(i, j / 2 + kEdge / 4); });
  EXPECT_GT(LargestDifference(map, MapOf(other), Triangle::kBoth), 0.3);
}

TEST(CcfMapTest, MirroringThePatternChangesNothing) {
  const Image image = DropletLike(kEdge, 0.3, 5, 2);
  const Image mirrored =
      Moved(image, [&](int i, int j) { return image.at(i, kEdge - 1 - j); });
  EXPECT_LT(LargestDifference(MapOf(image), MapOf(mirrored), Triangle::kBoth), 2e-5);
}

TEST(CcfMapTest, ScaledMapsDoNotDependOnTheGain) {
  const Image image = DropletLike(kEdge, 0.3, 5, 3);
  const Image brighter = Moved(image, [&](int i, int j) { return 8 * image.at(i, j); });
  for (auto scaling : {CcfScaling::kLog, CcfScaling::kMaximum}) {
    CcfOptions options;
    options.scaling = scaling;
    EXPECT_EQ(Values(MapOf(image, options)), Values(MapOf(brighter, options)));
  }
}

TEST(CcfMapTest, LogScaledMapsFillZeroToOne) {
  const Image map = MapOf(DropletLike(kEdge, 0.3, 5, 4));
  const auto [low, high] = std::minmax_element(map.pixels().begin(), map.pixels().end());
  EXPECT_EQ(*low, 0);
  EXPECT_EQ(*high, 1);
  const auto between = std::count_if(map.pixels().begin(), map.pixels().end(),
                                     [](float x) { return x > 0 && x < 1; });
  EXPECT_GT(between, kEdge * kEdge * 98 / 100);
}

TEST(CcfMapTest, ABlankImageGivesABlankMap) {
  for (float counts : {0.0F, 17.3F}) {
    Image image(kEdge, kEdge);
    std::fill(image.pixels().begin(), image.pixels().end(), counts);
    EXPECT_EQ(Values(MapOf(image)), std::vector<float>(size_t{kEdge} * kEdge, 0));
    std::vector<uint8_t> mask(image.pixels().size(), 1);
    std::fill_n(mask.begin() + 60 * kEdge, 20 * kEdge, uint8_t{0});
    EXPECT_EQ(Values(MapOf(image, {}, mask)),
              std::vector<float>(size_t{kEdge} * kEdge, 0))
        << "sums over fewer angles round otherwise, and that is no structure";
    const Image unscaled = MapOf(image, Unscaled());
    const float square = counts * counts;
    for (int i = 0; i < kEdge; ++i) {
      for (int j = 0; j < kEdge; ++j) {
        ASSERT_LE(std::fabs(unscaled.at(i, j) - (i > j ? square : 0)), 1e-5F * square);
      }
    }
  }
}

TEST(CcfMapTest, ABackgroundDoesNotReachTheUpperTriangle) {
  const Image image = DropletLike(kEdge, 0.3, 5, 5);
  const Image raised = Moved(image, [&](int i, int j) { return image.at(i, j) + 100; });
  // Also not through a dead sector, over which a cosine does not vanish.
  std::vector<uint8_t> mask(size_t{kEdge} * kEdge, 1);
  for (int row = 0; row < kEdge / 2; ++row) {
    std::fill_n(mask.begin() + row * kEdge + kEdge / 2, row / 4, uint8_t{0});
  }
  for (const auto& pixels : {std::vector<uint8_t>{}, mask}) {
    const Image map = MapOf(image, Unscaled(), pixels);
    const Image raised_map = MapOf(raised, Unscaled(), pixels);
    const double scale = static_cast<double>(
        *std::max_element(map.pixels().begin(), map.pixels().begin() + kEdge));
    EXPECT_LT(LargestDifference(map, raised_map, Triangle::kUpper), 1e-5 * scale);
    EXPECT_GT(LargestDifference(map, raised_map, Triangle::kLower), 9000);
  }
}

TEST(CcfMapTest, WhatMaskedPixelsHoldDoesNotMatter) {
  std::vector<uint8_t> mask(size_t{kEdge} * kEdge, 1);
  std::mt19937 random(6);
  Image image = DropletLike(kEdge, 0.3, 5, 6);
  Image spoiled = image;
  for (size_t i = 0; i < mask.size(); i += 1 + random() % 100) {
    mask[i] = 0;
    spoiled.pixels()[i] = i % 2 == 0 ? 1e6F : std::numeric_limits<float>::quiet_NaN();
  }
  EXPECT_EQ(Values(MapOf(image, {}, mask)), Values(MapOf(spoiled, {}, mask)));
}

TEST(CcfMapTest, RingsThatAreMaskedAltogetherCorrelateWithNothing) {
  std::vector<uint8_t> mask(size_t{kEdge} * kEdge, 1);
  const Image image = DropletLike(kEdge, 0.3, 5, 7);
  for (int i = 0; i < kEdge; ++i) {
    for (int j = 0; j < kEdge; ++j) {
      if (std::hypot(i - 111.5, j - 111.5) < 30)
        mask[static_cast<size_t>(i * kEdge + j)] = 0;
    }
  }
  const Image map = MapOf(image, Unscaled(), mask);
  EXPECT_EQ(map.at(0, 0), 0);  // ring 0 lies at 17 pixels, ring 100 at 59
  EXPECT_EQ(map.at(0, 100), 0);
  EXPECT_EQ(map.at(100, 0), 0);
  EXPECT_GT(map.at(100, 99), 0);
  EXPECT_GT(map.at(100, 100), 0);
}

TEST(CcfMapTest, ValuesThatAreNoMeasurementLeaveTheMapFinite) {
  for (float bad : {std::numeric_limits<float>::quiet_NaN(),
                    std::numeric_limits<float>::infinity(), -3e38F, 2e15F}) {
    Image image = DropletLike(kEdge, 0.3, 5, 8);
    for (size_t i = 0; i < image.pixels().size(); i += 7) image.pixels()[i] = bad;
    for (auto scaling : {CcfScaling::kLog, CcfScaling::kMaximum, CcfScaling::kNone}) {
      CcfOptions options;
      options.scaling = scaling;
      const Image map = MapOf(image, options);
      for (float value : map.pixels()) {
        ASSERT_TRUE(std::isfinite(value)) << bad;
      }
    }
  }
}

TEST(CcfMapTest, ThreadsShareAMapperAndAllocateNothing) {
  const auto mapper = CcfMapper::Create(kEdge, kEdge, {});
  ASSERT_OK(mapper);
  const std::vector<Image> images = {DropletLike(kEdge, 0.1, 5, 9),
                                     DropletLike(kEdge, 0.2, 90, 10)};
  const std::vector<std::vector<float>> expected = {Values(MapOf(images[0])),
                                                    Values(MapOf(images[1]))};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      CcfMapper::Workspace workspace(**mapper);
      Image map;
      for (size_t round = 0; round < 6; ++round) {
        const size_t which = (t + round) % 2;
        const int64_t before = AllocationsOfThisThread();
        (*mapper)->Apply(images[which], &workspace, &map);
        const int64_t allocated = AllocationsOfThisThread() - before;
        EXPECT_EQ(allocated == 0, round > 0) << "round " << round;  // the map itself
        EXPECT_EQ(Values(map), expected[which]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(CcfMapTest, AMapOfAnotherSizeIsResized) {
  CcfOptions options;
  options.grid.rings = 112;
  const auto mapper = CcfMapper::Create(kEdge, kEdge, options);
  ASSERT_OK(mapper);
  CcfMapper::Workspace workspace(**mapper);
  Image map(kEdge, kEdge);
  (*mapper)->Apply(DropletLike(kEdge, 0, 0, 1), &workspace, &map);
  EXPECT_EQ(map.rows(), 112);
  EXPECT_EQ(map.cols(), 112);
}

TEST(CcfMapTest, RefusesAnOrderThatTheAnglesCannotTell) {
  for (int order : {0, -8, 180}) {
    CcfOptions options;
    options.order = order;
    const auto mapper = CcfMapper::Create(kEdge, kEdge, options);
    EXPECT_STATUS(StatusCode::kInvalidArgument, mapper);
    EXPECT_EQ(mapper.status().message(),
              "ccf.order must be 1..179; was " + std::to_string(order));
  }
  CcfOptions options;
  options.grid.rings = 100;
  EXPECT_THAT(CcfMapper::Create(kEdge, kEdge, options).status().message(),
              HasSubstr("ccf.rings"));
}

}  // namespace
}  // namespace airy::transform
