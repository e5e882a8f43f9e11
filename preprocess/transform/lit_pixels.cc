#include "preprocess/transform/lit_pixels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "preprocess/transform/rescale.h"

namespace airy::transform {
namespace {

// Counting in lanes as wide as the pixels keeps a vector full; a block is short enough
// for its count to fit a lane.
template <size_t kPixelSize>
struct LaneOf;
template <>
struct LaneOf<1> {
  using Type = uint8_t;
  static constexpr int kBlock = 128;
};
template <>
struct LaneOf<2> {
  using Type = uint16_t;
  static constexpr int kBlock = 32768;
};
template <>
struct LaneOf<4> {
  using Type = uint32_t;
  static constexpr int kBlock = 32768;
};
template <>
struct LaneOf<8> {
  using Type = uint64_t;
  static constexpr int kBlock = 32768;
};

// One limit for every pixel, indexed like a row of limits.
template <typename T>
struct UniformLimit {
  T limit;
  T operator[](int) const { return limit; }
  UniformLimit operator+(int) const { return *this; }
};

template <typename T, typename Limits>
AIRY_SIMD_KERNEL void CountBlock(const Unaligned<T>* pixels, ptrdiff_t stride, int count,
                                 Limits limits, LitCount* total) {
  using Lane = typename LaneOf<sizeof(T)>::Type;
  Lane lit = 0;
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T kLargest = kLargestCounts;
    constexpr T kInfinity = std::numeric_limits<T>::infinity();
    Lane valid = 0;
    for (int i = 0; i < count; ++i) {
      const T value = pixels[i * stride].value;
      const bool is_valid = (std::fabs(value) <= kLargest) & (limits[i] < kInfinity);
      valid += is_valid ? 1 : 0;
      lit += (is_valid & (value > limits[i])) ? 1 : 0;
    }
    total->valid += static_cast<int64_t>(valid);
  } else {
    for (int i = 0; i < count; ++i) {
      lit = static_cast<Lane>(lit + (pixels[i * stride].value > limits[i] ? 1 : 0));
    }
  }
  total->lit += static_cast<int64_t>(lit);
}

struct CountRow {
  template <typename T, typename Limits>
  AIRY_SIMD_KERNEL LitCount Run(const Unaligned<T>* pixels, ptrdiff_t stride, int count,
                                Limits limits) {
    constexpr int kBlock = LaneOf<sizeof(T)>::kBlock;
    LitCount total;
    for (int begin = 0; begin < count; begin += kBlock) {
      const int size = std::min(kBlock, count - begin);
      const Unaligned<T>* block = pixels + begin * stride;
      if (stride == 1) {
        CountBlock<T>(block, 1, size, limits + begin, &total);
      } else {
        CountBlock<T>(block, stride, size, limits + begin, &total);
      }
    }
    return total;
  }
};

}  // namespace

template <typename T>
LitCount CountLit(SimdLevel simd, const Unaligned<T>* pixels, ptrdiff_t stride, int count,
                  T limit) {
  return RunAt<CountRow>(simd, pixels, stride, count, UniformLimit<T>{limit});
}

template <typename T>
LitCount CountLit(SimdLevel simd, const Unaligned<T>* pixels, ptrdiff_t stride, int count,
                  const T* limits) {
  return RunAt<CountRow>(simd, pixels, stride, count, limits);
}

#define AIRY_INSTANTIATE(T)                                                      \
  template LitCount CountLit(SimdLevel, const Unaligned<T>*, ptrdiff_t, int, T); \
  template LitCount CountLit(SimdLevel, const Unaligned<T>*, ptrdiff_t, int, const T*)
AIRY_INSTANTIATE(uint8_t);
AIRY_INSTANTIATE(uint16_t);
AIRY_INSTANTIATE(uint32_t);
AIRY_INSTANTIATE(int16_t);
AIRY_INSTANTIATE(int32_t);
AIRY_INSTANTIATE(float);
AIRY_INSTANTIATE(double);
#undef AIRY_INSTANTIATE

}  // namespace airy::transform
