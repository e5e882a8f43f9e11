#pragma once

#include <cstddef>
#include <cstdint>

#include "preprocess/transform/pixel_types.h"
#include "preprocess/transform/simd.h"

namespace airy::transform {

struct LitCount {
  int64_t lit = 0;
  int64_t valid = 0;  // 0 for integers: all of them are
};

// The inner loops of HitFinder, over one row of `count` pixels `stride` apart. A pixel is
// lit when it exceeds its limit. Of floating-point pixels those beyond +-kLargestCounts
// are neither lit nor valid, nor are those whose limit is infinite. For T in the types of
// PixelType.
template <typename T>
LitCount CountLit(SimdLevel simd, const Unaligned<T>* pixels, ptrdiff_t stride, int count,
                  T limit);
template <typename T>
LitCount CountLit(SimdLevel simd, const Unaligned<T>* pixels, ptrdiff_t stride, int count,
                  const T* limits);

}  // namespace airy::transform
