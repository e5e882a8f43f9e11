#include "model/studies/pattern_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "preprocess/frame/image.h"

namespace airy::studies {
namespace {

constexpr double kCentre = (kInputSize - 1) / 2.0;
constexpr size_t kEdge = kInputSize;
// Where the parts of the features begin.
constexpr size_t kLevel = 96, kAngular = 97, kFringes = 97 + 192;

// Counts as a function of radius (pixels) and angle.
template <typename Counts>
std::vector<float> Draw(Counts counts) {
  std::vector<float> pixels;
  for (size_t row = 0; row < kEdge; ++row) {
    for (size_t col = 0; col < kEdge; ++col) {
      const double y = static_cast<double>(row) - kCentre;
      const double x = static_cast<double>(col) - kCentre;
      pixels.push_back(static_cast<float>(counts(std::hypot(x, y), std::atan2(y, x))));
    }
  }
  return pixels;
}

TEST(PatternFeaturesTest, DoNotDependOnOrientation) {
  const auto streak = [](double turn) {
    return PatternFeatures(Draw([turn](double radius, double angle) {
      return 50 * std::exp(-radius / 40) * (1.2 + std::cos(2 * (angle - turn)));
    }));
  };
  const std::vector<float> upright = streak(0);
  ASSERT_EQ(upright.size(), static_cast<size_t>(kPatternFeatures));
  for (const double turn : {0.4, 1.0, M_PI / 2}) {
    const std::vector<float> turned = streak(turn);
    for (size_t i = 0; i < upright.size(); ++i) {
      EXPECT_NEAR(turned[i], upright[i], 0.05) << i << " turned by " << turn;
    }
  }
}

TEST(PatternFeaturesTest, ShowABrighterImageInTheLevelAlone) {
  const auto rings = [](double gain) {
    return PatternFeatures(Draw([gain](double radius, double) {
      return gain * (1000 + 500 * std::cos(radius / 3));
    }));
  };
  const std::vector<float> dim = rings(1);
  const std::vector<float> bright = rings(10);
  for (size_t i = 0; i < dim.size(); ++i) {
    EXPECT_NEAR(bright[i] - dim[i], i == kLevel ? std::log(10) : 0, 0.01) << i;
  }
}

TEST(PatternFeaturesTest, FindTheOrderOfAModulation) {
  for (const int order : {2, 5}) {
    const std::vector<float> features =
        PatternFeatures(Draw([order](double, double angle) {
          return 100 * (1 + 0.5 * std::cos(order * angle + 0.3));
        }));
    for (size_t band = 0; band < 24; ++band) {
      for (int n = 1; n <= 8; ++n) {
        // 1 + 0.5 cos: the amplitude of its order is a quarter of the mean.
        const double share = n == order ? 0.25 : 0;
        EXPECT_NEAR(features[kAngular + band * 8 + static_cast<size_t>(n) - 1],
                    std::log(share + 0.01), n == order ? 0.02 : 0.25)
            << "band " << band << " order " << n << " of " << order;
      }
    }
  }
}

TEST(PatternFeaturesTest, FindThePeriodOfRingsOnRings) {
  // 96 rings hold 12 periods of 8 pixels.
  const std::vector<float> features = PatternFeatures(Draw([](double radius, double) {
    return 100 * std::exp(0.5 * std::cos(2 * M_PI * radius / 8));
  }));
  size_t highest = 0;
  for (size_t k = 0; k < 32; ++k) {
    if (features[kFringes + k] > features[kFringes + highest]) highest = k;
  }
  EXPECT_EQ(highest + 1, 12U);
}

}  // namespace
}  // namespace airy::studies
