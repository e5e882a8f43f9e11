#include "proto/plot/contour.h"

#include <gtest/gtest.h>

#include <cmath>

namespace airy::plot {
namespace {

// rows x cols values of a function of the middle of each pixel.
template <typename F>
std::vector<float> Field(int rows, int cols, F value) {
  std::vector<float> values;
  for (int row = 0; row < rows; ++row) {
    for (int col = 0; col < cols; ++col) {
      values.push_back(static_cast<float>(value(col + 0.5, row + 0.5)));
    }
  }
  return values;
}

TEST(ContourTest, OfAConeIsOneClosedCircle) {
  const auto values =
      Field(40, 60, [](double x, double y) { return -std::hypot(x - 30, y - 20); });
  const auto lines = ContourLines(40, 60, values, -10);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_GT(lines[0].size(), 50U);
  EXPECT_EQ(lines[0].front().x, lines[0].back().x);
  EXPECT_EQ(lines[0].front().y, lines[0].back().y);
  for (const Point& point : lines[0]) {
    EXPECT_NEAR(std::hypot(point.x - 30, point.y - 20), 10, 0.05);
  }
}

TEST(ContourTest, OfARampGoesFromBorderToBorder) {
  const auto values = Field(5, 9, [](double x, double) { return x; });
  const auto lines = ContourLines(5, 9, values, 3.75F);
  ASSERT_EQ(lines.size(), 1U);
  ASSERT_EQ(lines[0].size(), 5U);
  for (const Point& point : lines[0]) EXPECT_NEAR(point.x, 3.75, 1e-6);
  EXPECT_EQ(std::abs(lines[0].front().y - lines[0].back().y), 4);
}

TEST(ContourTest, AtASaddleJoinsTheCornersThatTheMeanJoins) {
  // Above: upper left and lower right; the mean is 0.55.
  const std::vector<float> values = {1, 0, 0.2F, 1};
  const auto joined = ContourLines(2, 2, values, 0.5F);  // two corners cut off
  const auto parted = ContourLines(2, 2, values, 0.6F);
  ASSERT_EQ(joined.size(), 2U);
  ASSERT_EQ(parted.size(), 2U);
  const auto side_of_diagonal = [](const std::vector<Point>& line) {
    const double first = line.front().x - line.front().y;
    const double last = line.back().x - line.back().y;
    return first * last;
  };
  // Joined: each line stays on one side of the diagonal from upper left to lower right.
  for (const auto& line : joined) EXPECT_GT(side_of_diagonal(line), 0);
  for (const auto& line : parted) EXPECT_LT(side_of_diagonal(line), 0);
}

TEST(ContourTest, WithoutTheLevelThereIsNoLine) {
  EXPECT_TRUE(ContourLines(3, 3, std::vector<float>(9, 1.0F), 0.5F).empty());
  EXPECT_TRUE(ContourLines(0, 0, {}, 0.5F).empty());
}

TEST(DashesTest, HaveTheirLengthAroundCorners) {
  const std::vector<Point> line = {{0, 0}, {4, 0}, {4, 9}};
  const auto dashes = Dashes(line, 3, 2);
  ASSERT_EQ(dashes.size(), 3U);  // 0..3, 5..8, 10..13
  EXPECT_EQ(dashes[0].back().x, 3);
  EXPECT_EQ(dashes[1].front().y, 1);
  EXPECT_EQ(dashes[1].back().y, 4);
  EXPECT_EQ(dashes[2].back().y, 9);
}

}  // namespace
}  // namespace airy::plot
