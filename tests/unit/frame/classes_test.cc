#include "preprocess/frame/classes.h"

#include <gtest/gtest.h>

namespace airy {
namespace {

TEST(ClassesTest, IndicesAndNamesAgree) {
  for (int i = 0; i < kClassCount; ++i) {
    EXPECT_EQ(FindClass(kClassNames[static_cast<size_t>(i)]), i);
  }
  EXPECT_EQ(FindClass("spherical_oblate"), kSphericalOblate);
  EXPECT_EQ(FindClass("bent"), kBent);
  EXPECT_EQ(FindClass("newton_rings"), kNewtonRings);
  EXPECT_EQ(FindClass("empty"), kEmpty);
}

TEST(ClassesTest, AnUnknownNameHasNoIndex) {
  EXPECT_EQ(FindClass(""), -1);
  EXPECT_EQ(FindClass("Bent"), -1);
}

}  // namespace
}  // namespace airy
