#include "proto/plot/canvas.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <system_error>
#include <unordered_map>

#include "preprocess/frame/check.h"

namespace airy::plot {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
// Height of a capital letter at scale 1.
constexpr double kCapitalPixels = 21;
// OpenCV takes coordinates with this many binary digits behind the point.
constexpr int kFractionBits = 4;

cv::Scalar Ink(Colour colour) {
  return {static_cast<double>(colour.red), static_cast<double>(colour.green),
          static_cast<double>(colour.blue)};
}

cv::Point Fine(Point point) {
  const double scale = 1 << kFractionBits;
  // Far outside is outside: keeps the conversion in range.
  const auto coordinate = [scale](double v) {
    return static_cast<int>(std::lround(std::clamp(v, -1e5, 1e5) * scale));
  };
  return {coordinate(point.x), coordinate(point.y)};
}

// The picture as OpenCV sees it: the same memory.
cv::Mat View(int width, int height, std::vector<uint8_t>* rgb) {
  return cv::Mat(height, width, CV_8UC3, rgb->data());
}

// Thin letters from the smallest size up.
int Stroke(double height) {
  return std::max(1, static_cast<int>(std::lround(height / 9)));
}

// 256 colours in red, green, blue.
const std::vector<Colour>& ColourMap() {
  static const std::vector<Colour> map = [] {
    cv::Mat ramp(1, 256, CV_8UC1), coloured;
    for (int i = 0; i < 256; ++i) ramp.at<uint8_t>(0, i) = static_cast<uint8_t>(i);
    cv::applyColorMap(ramp, coloured, cv::COLORMAP_INFERNO);
    std::vector<Colour> colours;
    for (int i = 0; i < 256; ++i) {
      const auto& bgr = coloured.at<cv::Vec3b>(0, i);
      colours.push_back({bgr[2], bgr[1], bgr[0]});
    }
    return colours;
  }();
  return map;
}

// A picture with a byte per pixel and its colours.
struct Indexed {
  std::vector<uint8_t> pixels;
  std::vector<uint8_t> colours;  // red, green, blue
};

// Nothing for a picture of more than 256 colours.
std::optional<Indexed> ToIndexed(std::span<const uint8_t> rgb) {
  Indexed indexed;
  std::unordered_map<uint32_t, uint8_t> index_of;
  for (size_t i = 0; i < rgb.size(); i += 3) {
    const uint32_t colour =
        rgb[i] | uint32_t{rgb[i + 1]} << 8 | uint32_t{rgb[i + 2]} << 16;
    const auto [found, is_new] =
        index_of.emplace(colour, static_cast<uint8_t>(index_of.size()));
    if (index_of.size() > 256) return std::nullopt;
    if (is_new) {
      const auto triple = rgb.subspan(i, 3);
      indexed.colours.insert(indexed.colours.end(), triple.begin(), triple.end());
    }
    indexed.pixels.push_back(found->second);
  }
  return indexed;
}

}  // namespace

Canvas::Canvas(int width, int height, Colour background)
    : width_(width), height_(height) {
  AIRY_CHECK(width >= 1 && width <= 16384 && height >= 1 && height <= 16384);
  rgb_.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  View(width_, height_, &rgb_).setTo(Ink(background));
}

void Canvas::Line(Point from, Point to, Colour colour, int thickness) {
  cv::Mat view = View(width_, height_, &rgb_);
  cv::line(view, Fine(from), Fine(to), Ink(colour), thickness, cv::LINE_AA,
           kFractionBits);
}

void Canvas::Polyline(std::span<const Point> points, Colour colour, int thickness) {
  for (size_t i = 1; i < points.size(); ++i) {
    Line(points[i - 1], points[i], colour, thickness);
  }
}

void Canvas::Disc(Point centre, double radius, Colour colour) {
  cv::Mat view = View(width_, height_, &rgb_);
  cv::circle(view, Fine(centre),
             static_cast<int>(std::lround(radius * (1 << kFractionBits))), Ink(colour),
             cv::FILLED, cv::LINE_AA, kFractionBits);
}

void Canvas::Fill(const Box& box, Colour colour) {
  const auto edge = [](double v, int limit) {
    return static_cast<int>(std::lround(std::clamp(v, 0.0, static_cast<double>(limit))));
  };
  const int left = edge(box.left, width_), right = edge(box.left + box.width, width_);
  const int top = edge(box.top, height_), bottom = edge(box.top + box.height, height_);
  if (left >= right || top >= bottom) return;
  View(width_, height_, &rgb_)(cv::Rect(left, top, right - left, bottom - top))
      .setTo(Ink(colour));
}

void Canvas::Text(Point at, const std::string& text, double height, Colour colour,
                  Align align) {
  const double width = TextWidth(text, height);
  const double shift = align == Align::kLeft     ? 0
                       : align == Align::kCentre ? width / 2
                                                 : width;
  // What the letters cover, in the rows they can reach.
  const int base = static_cast<int>(std::lround(at.y));
  const int reach = 2 * static_cast<int>(std::ceil(height)) + Stroke(height);
  const int top = std::clamp(base - reach, 0, height_);
  const int bottom = std::clamp(base + reach, top, height_);
  if (top == bottom) return;
  cv::Mat coverage = cv::Mat::zeros(bottom - top, width_, CV_8UC1);
  cv::putText(coverage, text, {static_cast<int>(std::lround(at.x - shift)), base - top},
              kFont, height / kCapitalPixels, 255, Stroke(height), cv::LINE_AA);
  const std::array<int, 3> ink = {colour.red, colour.green, colour.blue};
  for (int y = top; y < bottom; ++y) {
    uint8_t* pixel = &rgb_[static_cast<size_t>(y) * static_cast<size_t>(width_) * 3];
    for (int x = 0; x < width_; ++x, pixel += 3) {
      const int share = (coverage.at<uint8_t>(y - top, x) + 8) / 17;  // 0..15
      for (size_t c = 0; c < 3; ++c) {
        pixel[c] = static_cast<uint8_t>((pixel[c] * (15 - share) + ink[c] * share) / 15);
      }
    }
  }
}

void Canvas::Image(int left, int top, int rows, int cols, std::span<const float> values,
                   Scale scale, float low, float high, int zoom,
                   std::span<const float> opacity) {
  AIRY_CHECK(rows >= 0 && cols >= 0 && zoom >= 1 &&
             values.size() == static_cast<size_t>(rows) * static_cast<size_t>(cols) &&
             (opacity.empty() || opacity.size() == values.size()));
  const auto level = [scale](float v) {
    return scale == Scale::kLog ? std::log1p(std::max(v, 0.0F)) : v;
  };
  const float from = level(low);
  const float per_step = level(high) > from ? 255 / (level(high) - from) : 0;
  for (int y = std::max(0, top); y < std::min(height_, top + rows * zoom); ++y) {
    const size_t row = static_cast<size_t>((y - top) / zoom);
    for (int x = std::max(0, left); x < std::min(width_, left + cols * zoom); ++x) {
      const size_t index =
          row * static_cast<size_t>(cols) + static_cast<size_t>((x - left) / zoom);
      const float value = values[index];
      Colour colour = kGrey;
      if (std::isfinite(value)) {
        const float step = std::clamp((level(value) - from) * per_step, 0.0F, 255.0F);
        colour = ColourMap()[static_cast<size_t>(step + 0.5F)];
      }
      uint8_t* pixel = &rgb_[(static_cast<size_t>(y) * static_cast<size_t>(width_) +
                              static_cast<size_t>(x)) *
                             3];
      const float share = opacity.empty() ? 1 : std::clamp(opacity[index], 0.0F, 1.0F);
      const std::array<uint8_t, 3> ink = {colour.red, colour.green, colour.blue};
      for (size_t c = 0; c < 3; ++c) {
        pixel[c] = static_cast<uint8_t>(std::lround(
            std::lerp(static_cast<float>(pixel[c]), static_cast<float>(ink[c]), share)));
      }
    }
  }
}

Status Canvas::SavePng(const std::string& path) const {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width_);
  image.height = static_cast<png_uint_32>(height_);
  const std::optional<Indexed> indexed = ToIndexed(rgb_);
  image.format = indexed ? PNG_FORMAT_RGB_COLORMAP : PNG_FORMAT_RGB;
  if (indexed) {
    image.colormap_entries = static_cast<png_uint_32>(indexed->colours.size() / 3);
  }
  const std::string temporary = path + ".partial";
  if (png_image_write_to_file(&image, temporary.c_str(), 0,
                              indexed ? indexed->pixels.data() : rgb_.data(), 0,
                              indexed ? indexed->colours.data() : nullptr) == 0) {
    std::remove(temporary.c_str());
    return Unavailable(path + ": " + image.message);
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) {
    std::remove(temporary.c_str());
    return Unavailable(path + ": " + error.message());
  }
  return OkStatus();
}

double TextWidth(const std::string& text, double height) {
  int base_line = 0;
  return cv::getTextSize(text, kFont, height / kCapitalPixels, Stroke(height), &base_line)
      .width;
}

float Quantile(std::span<const float> values, double share) {
  std::vector<float> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](float v) { return std::isfinite(v); });
  if (finite.empty()) return 0;
  const double last = static_cast<double>(finite.size() - 1);
  const auto rank = static_cast<ptrdiff_t>(std::clamp(share, 0.0, 1.0) * last);
  std::nth_element(finite.begin(), finite.begin() + rank, finite.end());
  return finite[static_cast<size_t>(rank)];
}

}  // namespace airy::plot
