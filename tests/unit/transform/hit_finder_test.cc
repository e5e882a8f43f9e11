#include "preprocess/transform/hit_finder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "preprocess/transform/lit_pixels.h"
#include "preprocess/transform/rescale.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/pixel_buffer.h"

namespace airy::transform {
namespace {

HitDecision Decide(const PixelView& pixels, const HitFinderOptions& options,
                   const std::vector<uint8_t>& mask = {},
                   const std::vector<float>& dark = {}) {
  auto finder = HitFinder::Create(pixels.total_rows(), pixels.cols, pixels.type, options,
                                  mask, dark);
  EXPECT_OK(finder);
  return finder.ok() ? (*finder)->Decide(pixels) : HitDecision{};
}

// The definition in hit_finder.h.
HitDecision Reference(const PixelBuffer& input, const HitFinderOptions& options,
                      const std::vector<uint8_t>& mask, const std::vector<float>& dark) {
  HitDecision decision;
  for (size_t i = 0; i < input.values().size(); ++i) {
    if (!mask.empty() && mask[i] == 0) continue;
    const double value = input.values()[i];
    if (!(std::fabs(value) <= static_cast<double>(kLargestCounts))) continue;
    ++decision.valid_pixels;
    const double pedestal = dark.empty() ? 0 : static_cast<double>(dark[i]);
    if (value > options.threshold_counts + pedestal) ++decision.lit_pixels;
  }
  decision.is_hit = decision.lit_pixels >= options.min_lit_pixels;
  return decision;
}

void ExpectEqual(const HitDecision& actual, const HitDecision& expected) {
  EXPECT_EQ(actual.lit_pixels, expected.lit_pixels);
  EXPECT_EQ(actual.valid_pixels, expected.valid_pixels);
  EXPECT_EQ(actual.is_hit, expected.is_hit);
}

TEST(HitFinderTest, AgreesWithTheDefinitionForAnyShapeTypeAndOptions) {
  const double bad[] = {std::nan(""), std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity(), 2e30};
  std::mt19937 random(31);
  for (int round = 0; round < 350; ++round) {
    const PixelType type = kAllPixelTypes[round % 7];
    const int rows = 1 + static_cast<int>(random() % 40);
    const int cols = 1 + static_cast<int>(random() % 300);
    std::vector<double> values = PixelBuffer(type, rows, cols, random()).values();
    if (type == PixelType::kFloat32 || type == PixelType::kFloat64) {
      for (double& value : values) {
        if (random() % 10 == 0) value = bad[random() % 4];
      }
    }
    std::vector<uint8_t> mask;
    std::vector<float> dark;
    if (random() % 2 == 0) {
      mask.push_back(1);
      while (mask.size() < values.size()) mask.push_back(random() % 3 != 0);
    }
    if (random() % 2 == 0) {
      for (size_t i = 0; i < values.size(); ++i) {
        dark.push_back(static_cast<float>(random() % 2000) * 0.1F - 50);
      }
    }
    HitFinderOptions options;
    options.threshold_counts = static_cast<double>(random() % 1500) / 10 - 20;
    options.min_lit_pixels = 1 + static_cast<int64_t>(random() % 3000);
    const PixelBuffer input(type, rows, cols, values);
    SCOPED_TRACE(std::string(PixelTypeName(type)) + " round " + std::to_string(round));
    ExpectEqual(Decide(input.view(), options, mask, dark),
                Reference(input, options, mask, dark));
  }
}

TEST(HitFinderTest, APixelAtTheThresholdIsDark) {
  const PixelBuffer input(PixelType::kUint16, 1, 4, {59, 60, 61, 65535});
  HitFinderOptions options{60, 2};
  EXPECT_EQ(Decide(input.view(), options).lit_pixels, 2);
  EXPECT_TRUE(Decide(input.view(), options).is_hit);
  options.min_lit_pixels = 3;
  EXPECT_FALSE(Decide(input.view(), options).is_hit);
  options.threshold_counts = 60.5;
  EXPECT_EQ(Decide(input.view(), options).lit_pixels, 2);
  options.threshold_counts = 59.5;
  EXPECT_EQ(Decide(input.view(), options).lit_pixels, 3);
}

TEST(HitFinderTest, LimitsBeyondTheTypeSaturate) {
  for (PixelType type : kAllPixelTypes) {
    const PixelBuffer input(type, 1, 3, {0, 1, 100});
    EXPECT_EQ(Decide(input.view(), {-1e12, 1}).lit_pixels, 3) << PixelTypeName(type);
    EXPECT_EQ(Decide(input.view(), {1e12, 1}).lit_pixels, 0) << PixelTypeName(type);
    EXPECT_EQ(Decide(input.view(), {-1e12, 1}, {1, 0, 1}).lit_pixels, 2)
        << PixelTypeName(type);
    EXPECT_EQ(Decide(input.view(), {1e12, 1}, {1, 0, 1}).valid_pixels, 2)
        << PixelTypeName(type);
  }
}

TEST(HitFinderTest, ALimitBeyondFloat32LeavesItsPixelsValid) {
  const PixelBuffer input(PixelType::kFloat32, 1, 3, {0, 1e20, 100});
  const HitDecision decision = Decide(input.view(), {1e39, 1});
  EXPECT_EQ(decision.lit_pixels, 0);
  EXPECT_EQ(decision.valid_pixels, 3);
}

TEST(HitFinderTest, AThresholdBetweenTwoFloatsIsExact) {
  const float above = std::nextafterf(1.0F, 2.0F);
  const double between = 1.0 + 0.75 * (static_cast<double>(above) - 1.0);
  const PixelBuffer input(PixelType::kFloat32, 1, 2, {1.0, static_cast<double>(above)});
  EXPECT_EQ(Decide(input.view(), {between, 1}).lit_pixels, 1);
}

TEST(HitFinderTest, MaskedPixelsNeverCount) {
  const PixelBuffer input(PixelType::kUint16, 1, 4, {65535, 65535, 0, 65535});
  const HitDecision decision = Decide(input.view(), {60, 1}, {0, 0, 1, 1});
  EXPECT_EQ(decision.lit_pixels, 1);
  EXPECT_EQ(decision.valid_pixels, 2);
}

TEST(HitFinderTest, AFrameOfNaNIsNoHitAndHasNoValidPixel) {
  const std::vector<double> values(400, std::nan(""));
  for (PixelType type : {PixelType::kFloat32, PixelType::kFloat64}) {
    const HitDecision decision =
        Decide(PixelBuffer(type, 20, 20, values).view(), {-100, 1});
    EXPECT_FALSE(decision.is_hit);
    EXPECT_EQ(decision.lit_pixels, 0);
    EXPECT_EQ(decision.valid_pixels, 0);
  }
}

TEST(HitFinderTest, EveryPixelOfALongRowIsCounted) {
  for (PixelType type : kAllPixelTypes) {
    const PixelBuffer input(type, 1, 65536, std::vector<double>(65536, 100));
    EXPECT_EQ(Decide(input.view(), {60, 1}).lit_pixels, 65536) << PixelTypeName(type);
    const std::vector<float> dark(65536, 1);
    EXPECT_EQ(Decide(input.view(), {60, 1}, {}, dark).lit_pixels, 65536)
        << PixelTypeName(type);
  }
}

TEST(HitFinderTest, StridedAndUnalignedViewsEqualDenseCopies) {
  for (PixelType type : kAllPixelTypes) {
    PixelBuffer buffer(type, 30, 41, 9);
    std::vector<uint8_t> mask(30 * 41, 1);
    for (size_t i = 0; i < mask.size(); i += 3) mask[i] = 0;
    const HitDecision plain = Decide(buffer.view(), {60, 1});
    const HitDecision masked = Decide(buffer.view(), {60, 1}, mask);
    EXPECT_LT(masked.lit_pixels, plain.lit_pixels);
    for (const PixelView& layout : Layouts(30, 41)) {
      for (size_t misalign : {0, 1}) {
        buffer.Store(layout, misalign);
        ExpectEqual(Decide(buffer.view(), {60, 1}), plain);
        ExpectEqual(Decide(buffer.view(), {60, 1}, mask), masked);
      }
    }
  }
}

TEST(HitFinderTest, EveryInstructionSetCountsTheSame) {
  for (PixelType type : kAllPixelTypes) {
    const PixelBuffer buffer(type, 1, 1000, 2);
    VisitPixelType(type, [&](auto tag) {
      using T = decltype(tag);
      const Unaligned<T>* pixels = PixelAt<T>(buffer.view(), 0, 0);
      const std::vector<T> limits(1000, T{60});
      const int64_t expected = CountLit(SimdLevel::kBaseline, pixels, 1, 1000, T{60}).lit;
      EXPECT_GT(expected, 0);
      for (SimdLevel level : {SimdLevel::kAvx2, SimdLevel::kAvx512}) {
        if (level > BestSimdLevel()) continue;
        EXPECT_EQ(CountLit(level, pixels, 1, 1000, T{60}).lit, expected);
        EXPECT_EQ(CountLit(level, pixels, 1, 1000, limits.data()).lit, expected);
      }
    });
  }
}

TEST(HitFinderTest, RefusesWhatIsOutOfRange) {
  const auto message = [](HitFinderOptions options, std::vector<uint8_t> mask = {}) {
    const auto finder = HitFinder::Create(2, 3, PixelType::kUint16, options, mask);
    EXPECT_STATUS(StatusCode::kInvalidArgument, finder);
    return finder.status().message();
  };
  EXPECT_EQ(message({std::nan(""), 1}),
            "hit_finder.threshold_counts must be finite; was nan");
  EXPECT_EQ(message({60, 0}), "hit_finder.min_lit_pixels must be 1 or more; was 0");
  EXPECT_EQ(message({60, 1}, {1}), "mask must have the frame's 2x3 pixels; has 1");
}

}  // namespace
}  // namespace airy::transform
