#pragma once

#include <span>

#include "preprocess/transform/simd.h"
#include "preprocess/transform/value_ranks.h"

namespace airy::transform {

// How the correlations of a triangle become numbers that a network can see. The two
// triangles are scaled apart, since they differ by orders of magnitude.
enum class CcfScaling {
  // f(x) = sign(x) log(1 + |x| / s) with s the median of |x| over all x that are not 0;
  // then its 1 % and 99.9 % values become 0 and 1, and what lies beyond them too. x of
  // rank floor(q (n - 1)) among the n of a triangle is the q value. The paper does not
  // say how its maps were scaled to 16 bits; these are robust choices.
  kLog,
  kMaximum,  // divided by the largest |x|: -1..1; for networks with a log activation
  kNone,     // Eq. 13 to 15 as they stand, in squared counts
};

// Scales the values of one triangle, in place. All 0 where they do not differ (kLog) or
// are all 0 (kMaximum).
void ScaleTriangle(SimdLevel simd, CcfScaling scaling, std::span<float> values,
                   ValueRanks* ranks);

}  // namespace airy::transform
