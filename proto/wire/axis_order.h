#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"
#include "proto/wire/decoder.h"

namespace airy::wire {

// What the axes of a C-contiguous array mean, slowest first, one letter each:
// f frame, m module, g gain stage (the first is taken), y slow, x fast scan.
// y and x are required, the others optional, none may repeat: "yx", "fmyx", "yxf".
// Thread-compatible.
class AxisOrder {
 public:
  // InvalidArgument with the letter or axis that is wrong.
  static Result<AxisOrder> Parse(std::string_view letters);

  // How frames lie in an array.
  struct Layout {
    uint64_t frames = 1;
    uint64_t pixels = 0;         // of the whole array
    ptrdiff_t frame_stride = 0;  // pixels
    PixelView first;             // frame 0; its data is not set
  };
  // Fills *layout for an array of this shape. The rejection (bad shape, or oversized when
  // beyond `limits`) says what does not fit. No frames is a valid shape.
  std::optional<Rejection> Apply(std::span<const uint64_t> shape, PixelType type,
                                 const DecoderLimits& limits, Layout* layout) const;

 private:
  explicit AxisOrder(std::string_view letters) : letters_(letters) {}
  std::string letters_;
};

// "(2, 3)", as numpy prints it.
std::string ShapeText(std::span<const uint64_t> shape);

}  // namespace airy::wire
