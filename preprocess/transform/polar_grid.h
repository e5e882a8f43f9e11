#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "preprocess/frame/result.h"
#include "preprocess/transform/simd.h"

namespace airy::transform {

// Of the image's shorter edge: 5 degrees on the detector of PRE 99, 063309.
inline constexpr double kDefaultInnerRadius = 17.0 / 224;

// Circles around the centre of a pattern. Lengths are in pixels of the image, pixel i
// covering [i, i + 1), so that the middle of 224 rows is 112.
struct PolarGridOptions {
  int rings = 224;   // 16..512, a multiple of 16
  int angles = 360;  // samples per ring, 16..2048
  // 1 .. edge - 1 of the image. The middle when not set.
  std::optional<double> centre_row;
  std::optional<double> centre_col;
  // The edge of the detector's hole: 0 or more. When not set, kDefaultInnerRadius.
  std::optional<double> inner_radius_px;
  // At most half a pixel inside the largest circle around the centre that the image
  // holds. When not set, one pixel inside it: 111 for 224 rows.
  std::optional<double> outer_radius_px;
};

// Where an image is sampled: `rings` radii evenly from the inner to the outer one, each
// at angles phi_p = 2 pi p / angles, from the columns' direction towards the rows'.
// Sample (i, p) lies at row centre_row + radius[i] * sine[p] and column centre_col +
// radius[i] * cosine[p], counted in centres of pixels: (0, 0) is the centre of the first.
// All in float32, so that all who sample mean the same place. Immutable once made.
struct PolarGrid {
  int rows = 0;  // of the image
  int cols = 0;
  float centre_row = 0;
  float centre_col = 0;
  std::vector<float> radius;  // [ring]
  std::vector<float> cosine;  // [angle]
  std::vector<float> sine;
  // [ring * angles + angle] 1 when all pixels that weigh in the sample are good. Empty:
  // all samples are.
  std::vector<uint8_t> measured;

  size_t rings() const { return radius.size(); }
  size_t angles() const { return cosine.size(); }
};

// One coordinate of a sample between the centres of two pixels, for bilinear
// interpolation.
struct PixelTap {
  int32_t pixel;   // the one below; never the last of the edge
  float fraction;  // how far beyond its centre, 0..1: the weight of the next pixel
};
AIRY_SIMD_KERNEL PixelTap TapAt(float at, int edge) {
  const int32_t last = edge - 2;
  const int32_t below = static_cast<int32_t>(at);
  const int32_t pixel = below < last ? below : last;
  return {pixel, at - static_cast<float>(pixel)};
}

// `mask`: rows * cols bytes, non-zero where the pixel is good, or empty for all good.
// InvalidArgument naming the option as ccf.<option>, its range and its value; also for a
// mask that leaves nothing to sample.
Result<PolarGrid> MakePolarGrid(int rows, int cols, const PolarGridOptions& options,
                                std::span<const uint8_t> mask = {});

}  // namespace airy::transform
