#include "server/pipeline/image_pool.h"

#include <gtest/gtest.h>

namespace airy::pipeline {
namespace {

TEST(ImagePoolTest, LendsAReturnedImageAgainWithItsMemory) {
  ImagePool pool(4);
  auto image = pool.Take();
  *image = Image(224, 224);
  const float* pixels = image->pixels().data();
  image.reset();
  EXPECT_EQ(pool.Take()->pixels().data(), pixels);
}

TEST(ImagePoolTest, TwoHoldersNeverShareAnImage) {
  ImagePool pool(4);
  auto a = pool.Take();
  auto b = pool.Take();
  EXPECT_NE(a.get(), b.get());
}

TEST(ImagePoolTest, KeepsNoMoreThanItsLimit) {
  ImagePool pool(1);
  auto a = pool.Take();
  auto b = pool.Take();
  *a = Image(8, 8);
  *b = Image(8, 8);
  a.reset();
  b.reset();
  const auto kept = pool.Take();
  EXPECT_FALSE(kept->empty());
  EXPECT_TRUE(pool.Take()->empty());
}

TEST(ImagePoolTest, AnImageMayOutliveThePool) {
  std::shared_ptr<Image> image;
  {
    ImagePool pool(4);
    image = pool.Take();
  }
  *image = Image(8, 8);
  image.reset();
}

}  // namespace
}  // namespace airy::pipeline
