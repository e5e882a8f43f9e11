#pragma once

#include <span>
#include <vector>

#include "proto/plot/canvas.h"

namespace airy::plot {

// The lines on which rows x cols values, row-major, cross `level`, interpolated linearly
// between the middles of pixels; the middle of the upper left one is (0.5, 0.5). A line
// that closes ends with its first point; others end at the border.
std::vector<std::vector<Point>> ContourLines(int rows, int cols,
                                             std::span<const float> values, float level);

// The pieces of a line that a dashed pen draws: `on` long, `off` apart.
std::vector<std::vector<Point>> Dashes(std::span<const Point> line, double on,
                                       double off);

}  // namespace airy::plot
