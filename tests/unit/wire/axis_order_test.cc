#include "proto/wire/axis_order.h"

#include <gmock/gmock.h>

#include "tests/testing/status.h"

namespace airy::wire {
namespace {

using ::testing::HasSubstr;
using Shape = std::vector<uint64_t>;

std::optional<Rejection> Apply(std::string_view axes, const Shape& shape,
                               AxisOrder::Layout* layout, DecoderLimits limits = {}) {
  return AxisOrder::Parse(axes)->Apply(shape, PixelType::kUint16, limits, layout);
}

TEST(AxisOrderTest, TellsWhichAxesAreWrong) {
  for (const char* axes : {"", "y", "x", "yxz", "yxx", "YX", "fmgy"}) {
    const auto order = AxisOrder::Parse(axes);
    EXPECT_STATUS(StatusCode::kInvalidArgument, order);
    EXPECT_THAT(order.status().message(), HasSubstr('"' + std::string(axes) + '"'));
  }
}

TEST(AxisOrderTest, GivesEachAxisTheStrideOfItsPlace) {
  AxisOrder::Layout layout;
  ASSERT_FALSE(Apply("mfyx", {4, 3, 5, 7}, &layout));
  EXPECT_EQ(layout.frames, 3u);
  EXPECT_EQ(layout.frame_stride, 35);
  EXPECT_EQ(layout.first.modules, 4);
  EXPECT_EQ(layout.first.module_stride, 105);
  EXPECT_EQ(layout.first.rows, 5);
  EXPECT_EQ(layout.first.row_stride, 7);
  EXPECT_EQ(layout.first.cols, 7);
  EXPECT_EQ(layout.first.col_stride, 1);
  EXPECT_EQ(layout.first.total_rows(), 20);
  EXPECT_EQ(layout.pixels, 420u);
}

TEST(AxisOrderTest, TransposedAxesAreStridesToo) {
  AxisOrder::Layout layout;
  ASSERT_FALSE(Apply("xyf", {7, 5, 3}, &layout));
  EXPECT_EQ(layout.frames, 3u);
  EXPECT_EQ(layout.frame_stride, 1);
  EXPECT_EQ(layout.first.rows, 5);
  EXPECT_EQ(layout.first.row_stride, 3);
  EXPECT_EQ(layout.first.cols, 7);
  EXPECT_EQ(layout.first.col_stride, 15);
}

TEST(AxisOrderTest, AcceptsNoFramesButNoOtherEmptyAxis) {
  AxisOrder::Layout layout;
  EXPECT_FALSE(Apply("fyx", {0, 5, 7}, &layout));
  EXPECT_EQ(layout.frames, 0u);
  EXPECT_EQ(layout.pixels, 0u);
  for (const Shape& shape : {Shape{2, 0, 7}, Shape{2, 5, 0}}) {
    const auto rejection = Apply("fyx", shape, &layout);
    ASSERT_TRUE(rejection);
    EXPECT_EQ(rejection->kind, RejectKind::kBadShape);
  }
  EXPECT_EQ(Apply("fgyx", {2, 0, 5, 7}, &layout)->kind, RejectKind::kBadShape);
  EXPECT_EQ(Apply("fmyx", {2, 0, 5, 7}, &layout)->kind, RejectKind::kBadShape);
}

TEST(AxisOrderTest, RejectsAnotherNumberOfAxes) {
  AxisOrder::Layout layout;
  const auto rejection = Apply("fyx", {5, 7}, &layout);
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->kind, RejectKind::kBadShape);
  EXPECT_THAT(rejection->detail, HasSubstr("(5, 7)"));
  EXPECT_THAT(rejection->detail, HasSubstr("\"fyx\""));
}

TEST(AxisOrderTest, RejectsWhatIsBeyondTheLimits) {
  DecoderLimits limits;
  limits.max_frames = 10;
  limits.max_edge_pixels = 100;
  AxisOrder::Layout layout;
  EXPECT_FALSE(Apply("fmyx", {10, 10, 10, 100}, &layout, limits));
  for (const Shape& shape :
       {Shape{11, 1, 1, 1}, Shape{1, 1, 101, 1}, Shape{1, 1, 1, 101}, Shape{1, 11, 10, 1},
        Shape{UINT64_MAX, 1, 1, 1}, Shape{1, UINT64_MAX, UINT64_MAX, UINT64_MAX},
        Shape{uint64_t{1} << 47, 4, 1, 1}, Shape{0, 1, UINT64_MAX, 2}}) {
    const auto rejection = Apply("fmyx", shape, &layout, limits);
    ASSERT_TRUE(rejection) << ShapeText(shape);
    EXPECT_EQ(rejection->kind, RejectKind::kOversized) << ShapeText(shape);
  }
}

}  // namespace
}  // namespace airy::wire
