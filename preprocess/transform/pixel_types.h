#pragma once

#include <cstdint>

#include "preprocess/frame/check.h"
#include "preprocess/frame/frame.h"

namespace airy::transform {

// A pixel wherever it lies in memory: a message's payload need not be aligned.
template <typename T>
struct [[gnu::packed, gnu::may_alias]] Unaligned {
  T value;
};

// Calls visit(T{}) with the C++ type of `type`.
template <typename Visitor>
decltype(auto) VisitPixelType(PixelType type, Visitor&& visit) {
  switch (type) {
    case PixelType::kUint8:
      return visit(uint8_t{});
    case PixelType::kUint16:
      return visit(uint16_t{});
    case PixelType::kUint32:
      return visit(uint32_t{});
    case PixelType::kInt16:
      return visit(int16_t{});
    case PixelType::kInt32:
      return visit(int32_t{});
    case PixelType::kFloat32:
      return visit(float{});
    case PixelType::kFloat64:
      return visit(double{});
  }
  AIRY_CHECK(false);
}

// Address of pixel (row, col) of the stacked image.
template <typename T>
const Unaligned<T>* PixelAt(const PixelView& pixels, int row, int col) {
  const ptrdiff_t offset = row / pixels.rows * pixels.module_stride +
                           row % pixels.rows * pixels.row_stride +
                           col * pixels.col_stride;
  return static_cast<const Unaligned<T>*>(pixels.data) + offset;
}

}  // namespace airy::transform
