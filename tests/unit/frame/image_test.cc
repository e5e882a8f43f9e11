#include "preprocess/frame/image.h"

#include <gtest/gtest.h>

namespace airy {
namespace {

TEST(ImageTest, StartsAsZerosInRowMajorOrder) {
  Image image(2, 3);
  EXPECT_EQ(image.rows(), 2);
  EXPECT_EQ(image.cols(), 3);
  for (float pixel : image.pixels()) EXPECT_EQ(pixel, 0.0F);
  image.at(1, 2) = 5;
  EXPECT_EQ(image.pixels()[5], 5.0F);
}

TEST(ImageTest, MeanIsOverAllPixels) {
  Image image(2, 2);
  image.at(0, 1) = 6;
  image.at(1, 0) = -2;
  EXPECT_EQ(image.Mean(), 1.0);
}

TEST(ImageTest, MeanDoesNotDrownSmallCounts) {
  Image image(1000, 1000);
  for (float& pixel : image.pixels()) pixel = 0.1F;
  image.at(0, 0) = 1e8F;
  EXPECT_NEAR(image.Mean(), 100.1, 1e-5);
}

TEST(ImageTest, AnEmptyImageHasMeanZero) {
  EXPECT_TRUE(Image().empty());
  EXPECT_EQ(Image().Mean(), 0.0);
}

}  // namespace
}  // namespace airy
