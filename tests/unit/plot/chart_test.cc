#include "proto/plot/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace airy::plot {
namespace {

// The pixels of one colour.
std::vector<Point> Inked(const Canvas& canvas, Colour colour) {
  std::vector<Point> points;
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) {
      const size_t at = (static_cast<size_t>(y) * static_cast<size_t>(canvas.width()) +
                         static_cast<size_t>(x)) *
                        3;
      if (canvas.rgb()[at] == colour.red && canvas.rgb()[at + 1] == colour.green &&
          canvas.rgb()[at + 2] == colour.blue) {
        points.push_back({static_cast<double>(x), static_cast<double>(y)});
      }
    }
  }
  return points;
}

TEST(ChartTest, TallerBarsStandForLargerNumbers) {
  Canvas canvas(400, 300);
  ChartOptions options;
  options.x_names = {"one", "two"};
  DrawChart(options, {{"", kRed, Series::Mark::kBars, {0, 1}, {1, 3}}}, {0, 0, 400, 300},
            &canvas);
  double left = 0, right = 0;
  for (const Point& point : Inked(canvas, kRed)) (point.x < 222 ? left : right) += 1;
  EXPECT_NEAR(right / left, 3, 0.1);
}

TEST(ChartTest, SeriesOfBarsStandBesideEachOther) {
  Canvas canvas(400, 300);
  ChartOptions options;
  options.x_names = {"one", "two"};
  DrawChart(options,
            {{"", kRed, Series::Mark::kBars, {0, 1}, {2, 2}},
             {"", kGreen, Series::Mark::kBars, {0, 1}, {2, 2}}},
            {0, 0, 400, 300}, &canvas);
  EXPECT_EQ(Inked(canvas, kRed).size(), Inked(canvas, kGreen).size());
}

TEST(ChartTest, DecadesAreEvenlyApartOnALogarithmicAxis) {
  Canvas canvas(400, 300);
  ChartOptions options;
  options.log_y = true;
  options.x_low = 0;
  options.x_high = 4;
  DrawChart(options, {{"", kRed, Series::Mark::kDots, {1, 2, 3, 3.5}, {1, 10, 100, 0}}},
            {0, 0, 400, 300}, &canvas);
  std::vector<double> height(3, 0), points(3, 0);
  for (const Point& point : Inked(canvas, kRed)) {
    const double value = (point.x - 60) / (400 - 76) * 4;
    const auto dot = static_cast<size_t>(std::lround(value)) - 1;
    ASSERT_LT(dot, 3u) << "what has no logarithm is left out";
    height[dot] += point.y;
    points[dot] += 1;
  }
  for (size_t i = 0; i < 3; ++i) height[i] /= points[i];
  EXPECT_NEAR(height[0] - height[1], height[1] - height[2], 1.5);
  EXPECT_GT(height[0] - height[1], 50);
}

TEST(ChartTest, DrawsEmptyAndNotFiniteSeriesAsNothing) {
  Canvas canvas(200, 150);
  const double nan = std::nan("");
  DrawChart({},
            {{"a", kRed, Series::Mark::kDots, {nan, 1}, {1, nan}},
             {"b", kBlue, Series::Mark::kLine, {}, {}}},
            {0, 0, 200, 150}, &canvas);
  for (const Point& point : Inked(canvas, kRed)) EXPECT_GT(point.x, 120) << "not legend";
}

TEST(ChartTest, LegendNamesEachSeriesInItsColour) {
  Canvas canvas(400, 300);
  DrawChart({}, {{"model", kGreen, Series::Mark::kLine, {0, 1}, {0.1, 0.1}}},
            {0, 0, 400, 300}, &canvas);
  const auto inked = Inked(canvas, kGreen);
  const auto upper =
      std::count_if(inked.begin(), inked.end(), [](const Point& p) { return p.y < 60; });
  EXPECT_GT(upper, 100);
}

}  // namespace
}  // namespace airy::plot
