#include "preprocess/transform/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "preprocess/frame/result.h"

namespace airy::transform {
namespace {

constexpr int kMaxEdge = 65536;

Status CheckSize(const char* name, size_t size, int rows, int cols) {
  if (size == 0 || size == static_cast<size_t>(rows) * static_cast<size_t>(cols)) {
    return OkStatus();
  }
  return InvalidArgument(std::string(name) + " must have the frame's " +
                         std::to_string(rows) + "x" + std::to_string(cols) +
                         " pixels; has " + std::to_string(size));
}

}  // namespace

Status CheckEdges(int64_t rows, int64_t cols) {
  if (rows >= 1 && rows <= kMaxEdge && cols >= 1 && cols <= kMaxEdge) return OkStatus();
  return InvalidArgument("frame edges must be 1.." + std::to_string(kMaxEdge) +
                         " pixels; were " + std::to_string(rows) + "x" +
                         std::to_string(cols));
}

Status CheckCalibration(int rows, int cols, std::span<const uint8_t> mask,
                        std::span<const float> dark) {
  AIRY_TRY(CheckEdges(rows, cols));
  AIRY_TRY(CheckSize("mask", mask.size(), rows, cols));
  AIRY_TRY(CheckSize("dark", dark.size(), rows, cols));
  if (!mask.empty() &&
      std::all_of(mask.begin(), mask.end(), [](uint8_t good) { return good == 0; })) {
    return InvalidArgument(
        "mask must leave at least one pixel good (non-zero); has none");
  }
  for (size_t i = 0; i < dark.size(); ++i) {
    if (std::isfinite(dark[i]) || (!mask.empty() && mask[i] == 0)) continue;
    const size_t width = static_cast<size_t>(cols);
    return InvalidArgument(
        "dark must be finite where the mask is good; was " + std::to_string(dark[i]) +
        " at row " + std::to_string(i / width) + ", column " + std::to_string(i % width));
  }
  return OkStatus();
}

}  // namespace airy::transform
