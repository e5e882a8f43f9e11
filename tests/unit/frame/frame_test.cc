#include "preprocess/frame/frame.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

namespace airy {
namespace {

TEST(PixelTypeTest, NamesAreNumpysAndReadBack) {
  const std::pair<const char*, size_t> expected[] = {
      {"uint8", 1}, {"uint16", 2},  {"uint32", 4}, {"int16", 2},
      {"int32", 4}, {"float32", 4}, {"float64", 8}};
  for (const auto& [name, size] : expected) {
    PixelType type{};
    ASSERT_TRUE(ParsePixelType(name, &type)) << name;
    EXPECT_EQ(PixelTypeName(type), name);
    EXPECT_EQ(PixelSize(type), size) << name;
  }
}

TEST(PixelTypeTest, RefusesOtherNames) {
  for (const char* name : {"", "UINT16", "uint16 ", ">u2", "complex64", "int64"}) {
    PixelType type = PixelType::kInt16;
    EXPECT_FALSE(ParsePixelType(name, &type)) << name;
    EXPECT_EQ(type, PixelType::kInt16);
  }
}

TEST(PixelViewTest, ADenseViewIsRowMajor) {
  std::vector<uint16_t> pixels(6);
  std::iota(pixels.begin(), pixels.end(), 0);
  const PixelView view = DenseView(pixels.data(), PixelType::kUint16, 2, 3);
  EXPECT_EQ(view.total_rows(), 2);
  EXPECT_EQ(*view.Row<uint16_t>(0), 0);
  EXPECT_EQ(*view.Row<uint16_t>(1), 3);
}

TEST(PixelViewTest, ModulesStackAlongRows) {
  // Two modules of 2x2 in reverse order.
  const std::vector<uint8_t> pixels = {20, 21, 30, 31, 0, 1, 10, 11};
  PixelView view = DenseView(pixels.data() + 4, PixelType::kUint8, 2, 2);
  view.modules = 2;
  view.module_stride = -4;
  EXPECT_EQ(view.total_rows(), 4);
  for (int row = 0; row < 4; ++row) EXPECT_EQ(*view.Row<uint8_t>(row), 10 * row);
}

TEST(FrameTest, MovesAndKeepsItsPixelsAlive) {
  static_assert(!std::is_copy_constructible_v<Frame>);
  auto owner = std::make_shared<std::vector<uint16_t>>(4, uint16_t{7});
  const std::weak_ptr<const void> watch = owner;
  Frame moved;
  {
    Frame frame;
    frame.id = {"ldm", 10, 2};
    frame.pixels = DenseView(owner->data(), PixelType::kUint16, 2, 2);
    frame.owner = std::move(owner);
    moved = std::move(frame);
  }
  ASSERT_FALSE(watch.expired());
  EXPECT_EQ(*moved.pixels.Row<uint16_t>(1), 7);
  EXPECT_EQ(moved.id.source, "ldm");
  moved = Frame();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace airy
