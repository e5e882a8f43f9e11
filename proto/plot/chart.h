#pragma once

#include <string>
#include <vector>

#include "proto/plot/canvas.h"

namespace airy::plot {

// Numbers that belong together, in one colour and with one entry in the legend.
struct Series {
  enum class Mark { kLine, kDots, kBars };
  std::string name;
  Colour colour = kBlue;
  Mark mark = Mark::kLine;
  std::vector<double> x;  // as many as y; of bars the middle
  std::vector<double> y;  // what is not finite is left out
};

struct ChartOptions {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_y = false;  // then values of 0 and below are left out
  // Instead of numbers along x: names at 0, 1, 2, ..., on several lines by turns where
  // one has no room for all.
  std::vector<std::string> x_names;
  // Of the axes; where low >= high, what the series need.
  double x_low = 0, x_high = 0;
  double y_low = 0, y_high = 0;
};

// Draws series with axes, ticks and a legend into a part of the canvas, at least 160 x
// 120 pixels. Bars of several series stand beside each other.
void DrawChart(const ChartOptions& options, const std::vector<Series>& series,
               const Box& box, Canvas* canvas);

}  // namespace airy::plot
