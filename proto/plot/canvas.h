#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/status.h"

namespace airy::plot {

struct Colour {
  uint8_t red = 0, green = 0, blue = 0;
};
inline constexpr Colour kWhite{255, 255, 255}, kBlack{0, 0, 0}, kGrey{150, 150, 150},
    kBlue{31, 90, 170}, kOrange{225, 120, 20}, kGreen{40, 140, 70}, kRed{190, 40, 45};

// In pixels from the upper left corner; fractions are honoured.
struct Point {
  double x = 0, y = 0;
};
struct Box {
  double left = 0, top = 0, width = 0, height = 0;
};

enum class Align { kLeft, kCentre, kRight };

// How pixel values become colours: from black over purple and orange to pale yellow, so
// that brighter is more; what is no number is grey.
enum class Scale {
  kLinear,
  kLog,  // log(1 + v), negative values as 0: for counts that span decades
};

// A picture in 24-bit colour to draw on, for plots and galleries. Drawing is
// anti-aliased; what lies outside the picture is clipped. Text is ASCII.
// Thread-compatible.
class Canvas {
 public:
  // 1..16384 pixels each.
  Canvas(int width, int height, Colour background = kWhite);

  int width() const { return width_; }
  int height() const { return height_; }

  void Line(Point from, Point to, Colour colour, int thickness = 1);
  void Polyline(std::span<const Point> points, Colour colour, int thickness = 1);
  void Disc(Point centre, double radius, Colour colour);
  void Fill(const Box& box, Colour colour);
  // `at` is on the base line of the text, `height` that of its capitals.
  void Text(Point at, const std::string& text, double height, Colour colour = kBlack,
            Align align = Align::kLeft);
  // Shows rows x cols values, row-major, with its upper left corner at (left, top), each
  // as `zoom` x `zoom` pixels. Values `low` and below are darkest, `high` and above
  // brightest. Where `opacity` is given, one per value, what was there before shines
  // through: 0 and below leaves it as it is, 1 and above covers it.
  void Image(int left, int top, int rows, int cols, std::span<const float> values,
             Scale scale, float low, float high, int zoom = 1,
             std::span<const float> opacity = {});

  // 3 bytes per pixel: red, green, blue.
  std::span<const uint8_t> rgb() const { return rgb_; }

  // Writes an 8-bit colour PNG, indexed where 256 colours are enough, first under a
  // temporary name beside `path`. Unavailable with the path and the reason when it cannot
  // be written; then there is no file.
  Status SavePng(const std::string& path) const;

 private:
  int width_;
  int height_;
  std::vector<uint8_t> rgb_;
};

// The width of `text` in pixels.
double TextWidth(const std::string& text, double height);

// The value below which `share` (0..1) of the finite values lie; 0 where there are none.
float Quantile(std::span<const float> values, double share);

}  // namespace airy::plot
