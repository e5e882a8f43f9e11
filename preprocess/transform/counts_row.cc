#include "preprocess/transform/counts_row.h"

#include <cmath>
#include <cstddef>

#include "preprocess/transform/pixel_types.h"
#include "preprocess/transform/rescale.h"

namespace airy::transform {
namespace {

struct DenseLoad {
  template <typename T>
  AIRY_SIMD_KERNEL void Run(const Unaligned<T>* in, int count, float* __restrict out) {
    for (int i = 0; i < count; ++i) out[i] = static_cast<float>(in[i].value);
  }
};

struct Subtract {
  AIRY_SIMD_KERNEL void Run(const float* __restrict dark, int count,
                            float* __restrict counts) {
    for (int i = 0; i < count; ++i) counts[i] -= dark[i];
  }
};

struct Clear {
  AIRY_SIMD_KERNEL void Run(const uint8_t* __restrict good, int count,
                            float* __restrict counts) {
    for (int i = 0; i < count; ++i) counts[i] = good[i] != 0 ? counts[i] : 0.0F;
  }
};

AIRY_SIMD_KERNEL bool IsMeasured(float counts) {
  return std::fabs(counts) <= kLargestCounts;
}

struct Check {
  AIRY_SIMD_KERNEL bool Run(const float* counts, int count) {
    int bad = 0;
    for (int i = 0; i < count; ++i) bad |= IsMeasured(counts[i]) ? 0 : 1;
    return bad == 0;
  }
};

struct Add {
  AIRY_SIMD_KERNEL void Run(float weight, const float* __restrict counts, int count,
                            float* __restrict sum) {
    for (int i = 0; i < count; ++i) sum[i] += weight * counts[i];
  }
};

struct AddMeasured {
  AIRY_SIMD_KERNEL void Run(float weight, const float* __restrict counts,
                            const uint8_t* __restrict good, int count,
                            float* __restrict sum, float* __restrict area) {
    for (int i = 0; i < count; ++i) {
      const bool use = good[i] != 0 && IsMeasured(counts[i]);
      sum[i] += use ? weight * counts[i] : 0.0F;
      area[i] += use ? weight : 0.0F;
    }
  }
};

}  // namespace

void LoadCounts(SimdLevel simd, const PixelView& pixels, int row, int first_col,
                int count, float* counts) {
  VisitPixelType(pixels.type, [&](auto tag) {
    using T = decltype(tag);
    const Unaligned<T>* in = PixelAt<T>(pixels, row, first_col);
    if (pixels.col_stride == 1) {
      RunAt<DenseLoad>(simd, in, count, counts);
    } else {
      for (int i = 0; i < count; ++i) {
        counts[i] = static_cast<float>(in[i * pixels.col_stride].value);
      }
    }
  });
}

void SubtractDark(SimdLevel simd, const float* dark, int count, float* counts) {
  RunAt<Subtract>(simd, dark, count, counts);
}

void ClearMasked(SimdLevel simd, const uint8_t* good, int count, float* counts) {
  RunAt<Clear>(simd, good, count, counts);
}

bool AllMeasured(SimdLevel simd, const float* counts, int count) {
  return RunAt<Check>(simd, counts, count);
}

void Accumulate(SimdLevel simd, float weight, const float* counts, int count,
                float* sum) {
  RunAt<Add>(simd, weight, counts, count, sum);
}

void AccumulateMeasured(SimdLevel simd, float weight, const float* counts,
                        const uint8_t* good, int count, float* sum, float* area) {
  RunAt<AddMeasured>(simd, weight, counts, good, count, sum, area);
}

void Gather(const int* first, const float* weight, int taps, int outputs, const float* in,
            float* out) {
  for (int j = 0; j < outputs; ++j) out[j] = weight[j] * in[first[j]];
  for (int tap = 1; tap < taps; ++tap) {
    const float* tap_weight = weight + static_cast<ptrdiff_t>(tap) * outputs;
    for (int j = 0; j < outputs; ++j) out[j] += tap_weight[j] * in[first[j] + tap];
  }
}

}  // namespace airy::transform
