#include "preprocess/transform/polar_grid.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace airy::transform {
namespace {

constexpr int kMinEdge = 8;
constexpr int kMaxEdge = 4096;
constexpr int kMinRings = 16;
constexpr int kMaxRings = 512;
constexpr int kMinAngles = 16;
constexpr int kMaxAngles = 2048;

Status OutOfRange(const char* name, const std::string& range, const std::string& value) {
  return InvalidArgument("ccf." + std::string(name) + " must be " + range + "; was " +
                         value);
}

std::string Text(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Status CheckDouble(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return OkStatus();
  return OutOfRange(name, Text(low) + ".." + Text(high), Text(value));
}

Status CheckShape(int rows, int cols, const PolarGridOptions& options,
                  std::span<const uint8_t> mask) {
  const std::string shape = std::to_string(rows) + "x" + std::to_string(cols);
  if (std::min(rows, cols) < kMinEdge || std::max(rows, cols) > kMaxEdge) {
    return InvalidArgument("an image must have edges of " + std::to_string(kMinEdge) +
                           ".." + std::to_string(kMaxEdge) + " pixels for a CCF map; " +
                           "has " + shape);
  }
  if (options.rings < kMinRings || options.rings > kMaxRings || options.rings % 16 != 0) {
    return OutOfRange("rings",
                      "a multiple of 16 in " + std::to_string(kMinRings) + ".." +
                          std::to_string(kMaxRings),
                      std::to_string(options.rings));
  }
  if (options.angles < kMinAngles || options.angles > kMaxAngles) {
    return OutOfRange("angles",
                      std::to_string(kMinAngles) + ".." + std::to_string(kMaxAngles),
                      std::to_string(options.angles));
  }
  const size_t pixels = static_cast<size_t>(rows) * static_cast<size_t>(cols);
  if (!mask.empty() && mask.size() != pixels) {
    return InvalidArgument("mask must have the image's " + shape + " pixels; has " +
                           std::to_string(mask.size()));
  }
  return OkStatus();
}

// Whether every pixel with a weight in bilinear interpolation is good.
bool IsMeasured(const PixelTap& row, const PixelTap& col, int cols,
                std::span<const uint8_t> mask) {
  for (int down : {0, 1}) {
    for (int right : {0, 1}) {
      const bool weighs = row.fraction != static_cast<float>(1 - down) &&
                          col.fraction != static_cast<float>(1 - right);
      const int at = (row.pixel + down) * cols + col.pixel + right;
      if (weighs && mask[static_cast<size_t>(at)] == 0) return false;
    }
  }
  return true;
}

Status FindMeasured(std::span<const uint8_t> mask, PolarGrid* grid) {
  if (mask.empty()) return OkStatus();
  for (float radius : grid->radius) {
    for (size_t p = 0; p < grid->angles(); ++p) {
      const PixelTap row = TapAt(grid->centre_row + radius * grid->sine[p], grid->rows);
      const PixelTap col = TapAt(grid->centre_col + radius * grid->cosine[p], grid->cols);
      grid->measured.push_back(IsMeasured(row, col, grid->cols, mask) ? 1 : 0);
    }
  }
  const auto good = std::count(grid->measured.begin(), grid->measured.end(), 1);
  if (good == 0) return InvalidArgument("mask leaves no sample for a CCF map");
  if (good == std::ssize(grid->measured)) grid->measured.clear();
  return OkStatus();
}

}  // namespace

Result<PolarGrid> MakePolarGrid(int rows, int cols, const PolarGridOptions& options,
                                std::span<const uint8_t> mask) {
  AIRY_TRY(CheckShape(rows, cols, options, mask));
  const double row = options.centre_row.value_or(rows / 2.0);
  const double col = options.centre_col.value_or(cols / 2.0);
  AIRY_TRY(CheckDouble("centre_row", row, 1, rows - 1));
  AIRY_TRY(CheckDouble("centre_col", col, 1, cols - 1));
  const double circle = std::min({row, rows - row, col, cols - col});
  const double outer = options.outer_radius_px.value_or(circle - 1);
  AIRY_TRY(CheckDouble("outer_radius_px", outer, 0, circle - 0.5));
  const double inner =
      options.inner_radius_px.value_or(kDefaultInnerRadius * std::min(rows, cols));
  if (!(inner >= 0 && inner < outer)) {
    return OutOfRange("inner_radius_px", "0 .. below the outer radius of " + Text(outer),
                      Text(inner));
  }

  PolarGrid grid;
  grid.rows = rows;
  grid.cols = cols;
  grid.centre_row = static_cast<float>(row - 0.5);
  grid.centre_col = static_cast<float>(col - 0.5);
  for (int i = 0; i < options.rings; ++i) {
    const double radius = inner + i * (outer - inner) / (options.rings - 1);
    grid.radius.push_back(static_cast<float>(radius));
  }
  for (int p = 0; p < options.angles; ++p) {
    const double phi = 2 * std::numbers::pi * p / options.angles;
    grid.cosine.push_back(static_cast<float>(std::cos(phi)));
    grid.sine.push_back(static_cast<float>(std::sin(phi)));
  }
  AIRY_TRY(FindMeasured(mask, &grid));
  return grid;
}

}  // namespace airy::transform
