#include "proto/plot/contour.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <map>

#include "preprocess/frame/check.h"

namespace airy::plot {
namespace {

// A side of the cells whose corners are the middles of four pixels: from pixel (row, col)
// to its right neighbour, or down to the one below.
struct Side {
  int row, col;
  bool down;
  auto operator<=>(const Side&) const = default;
};

// Where a line crosses a side, and the sides it goes to from there.
struct Crossing {
  Point at;
  std::vector<Side> next;
  bool is_drawn = false;
};

class Tracer {
 public:
  Tracer(int rows, int cols, std::span<const float> values, float level)
      : cols_(cols), values_(values), level_(level) {
    for (int row = 0; row + 1 < rows; ++row) {
      for (int col = 0; col + 1 < cols; ++col) CrossCell(row, col);
    }
  }

  std::vector<std::vector<Point>> Lines() {
    std::vector<std::vector<Point>> lines;
    // Lines that end at the border first, from an end; what is left is closed.
    for (const bool from_end : {true, false}) {
      for (auto& [side, crossing] : crossings_) {
        if (crossing.is_drawn || (from_end && crossing.next.size() != 1)) continue;
        lines.push_back(Follow(side));
      }
    }
    return lines;
  }

 private:
  float At(int row, int col) const {
    return values_[static_cast<size_t>(row) * static_cast<size_t>(cols_) +
                   static_cast<size_t>(col)];
  }
  bool IsAbove(int row, int col) const { return At(row, col) >= level_; }

  void Join(const Side& a, const Side& b) {
    for (const auto& [from, to] : {std::array{a, b}, std::array{b, a}}) {
      Crossing& crossing = crossings_[from];
      crossing.next.push_back(to);
      const float start = At(from.row, from.col);
      const float end =
          from.down ? At(from.row + 1, from.col) : At(from.row, from.col + 1);
      const auto share = static_cast<double>((level_ - start) / (end - start));
      crossing.at = {from.col + 0.5 + (from.down ? 0 : share),
                     from.row + 0.5 + (from.down ? share : 0)};
    }
  }

  void CrossCell(int row, int col) {
    const bool corner = IsAbove(row, col);
    // Clockwise from the upper left corner.
    const std::array<bool, 4> above = {corner, IsAbove(row, col + 1),
                                       IsAbove(row + 1, col + 1), IsAbove(row + 1, col)};
    const std::array<Side, 4> sides = {Side{row, col, false}, Side{row, col + 1, true},
                                       Side{row + 1, col, false}, Side{row, col, true}};
    std::vector<Side> crossed;
    for (size_t i = 0; i < 4; ++i) {
      if (above[i] != above[(i + 1) % 4]) crossed.push_back(sides[i]);
    }
    if (crossed.size() == 2) Join(crossed[0], crossed[1]);
    if (crossed.size() < 4) return;
    // A saddle: the mean tells which two corners are connected.
    const float mean =
        (At(row, col) + At(row, col + 1) + At(row + 1, col + 1) + At(row + 1, col)) / 4;
    const size_t partner = corner == (mean >= level_) ? 1 : 3;
    Join(sides[0], sides[partner]);
    Join(sides[2], sides[4 - partner]);
  }

  std::vector<Point> Follow(Side side) {
    std::vector<Point> line;
    for (;;) {
      Crossing& here = crossings_.at(side);
      here.is_drawn = true;
      line.push_back(here.at);
      const Side* onward = nullptr;
      for (const Side& next : here.next) {
        if (!crossings_.at(next).is_drawn) onward = &next;
      }
      if (onward == nullptr) {
        if (here.next.size() == 2 && line.size() > 2) line.push_back(line.front());
        return line;
      }
      side = *onward;
    }
  }

  const int cols_;
  const std::span<const float> values_;
  const float level_;
  std::map<Side, Crossing> crossings_;
};

}  // namespace

std::vector<std::vector<Point>> ContourLines(int rows, int cols,
                                             std::span<const float> values, float level) {
  AIRY_CHECK(rows >= 0 && cols >= 0 &&
             values.size() == static_cast<size_t>(rows) * static_cast<size_t>(cols));
  return Tracer(rows, cols, values, level).Lines();
}

std::vector<std::vector<Point>> Dashes(std::span<const Point> line, double on,
                                       double off) {
  AIRY_CHECK(on > 0 && off > 0);
  std::vector<std::vector<Point>> dashes;
  bool is_on = false;
  double left = 0;  // until the pen changes
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    const Point from = line[i], to = line[i + 1];
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    double done = 0;
    while (length > done) {
      const auto at = [&](double along) {
        return Point{std::lerp(from.x, to.x, along / length),
                     std::lerp(from.y, to.y, along / length)};
      };
      if (left <= 0) {
        is_on = !is_on;
        left = is_on ? on : off;
        if (is_on) dashes.push_back({at(done)});
      }
      const double step = std::min(left, length - done);
      done += step;
      left -= step;
      if (is_on) dashes.back().push_back(at(done));
    }
  }
  return dashes;
}

}  // namespace airy::plot
