#pragma once

#include <cstdint>
#include <span>

#include "preprocess/frame/status.h"

namespace airy::transform {

// InvalidArgument unless both edges of a frame are 1..65536 pixels.
Status CheckEdges(int64_t rows, int64_t cols);

// Checks a frame shape with its mask (rows * cols bytes, non-zero where the pixel is
// good; or empty) and dark (rows * cols counts; or empty): edges in range, sizes that
// agree, at least one good pixel, and a finite dark at every good pixel. InvalidArgument
// otherwise.
Status CheckCalibration(int rows, int cols, std::span<const uint8_t> mask,
                        std::span<const float> dark);

}  // namespace airy::transform
