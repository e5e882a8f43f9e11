#pragma once

#include <cstdint>

#include "preprocess/frame/frame.h"
#include "preprocess/transform/simd.h"

namespace airy::transform {

// The inner loops of Rescaler, over one row of `count` float32 counts. Every level gives
// the same bits. Arrays do not overlap.

// counts[i] = pixel (row, first_col + i) of the stacked image.
void LoadCounts(SimdLevel simd, const PixelView& pixels, int row, int first_col,
                int count, float* counts);
void SubtractDark(SimdLevel simd, const float* dark, int count, float* counts);
// counts[i] = 0 where the pixel is not good (good[i] == 0).
void ClearMasked(SimdLevel simd, const uint8_t* good, int count, float* counts);
// Whether every |counts[i]| <= kLargestCounts.
bool AllMeasured(SimdLevel simd, const float* counts, int count);
// sum[i] += weight * counts[i]
void Accumulate(SimdLevel simd, float weight, const float* counts, int count, float* sum);
// The same for pixels that are good and measured; area[i] gathers their weights.
void AccumulateMeasured(SimdLevel simd, float weight, const float* counts,
                        const uint8_t* good, int count, float* sum, float* area);
// out[j] = sum over taps t of weight[t * outputs + j] * in[first[j] + t]. For the
// baseline only: AVX-512's gather instruction takes twice as long as the loads it
// replaces.
void Gather(const int* first, const float* weight, int taps, int outputs, const float* in,
            float* out);

}  // namespace airy::transform
