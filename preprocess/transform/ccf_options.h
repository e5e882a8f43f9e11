#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "preprocess/transform/ccf_scaling.h"
#include "preprocess/transform/polar_grid.h"

namespace airy::transform {

// The two-point cross-correlation map of PRE 99, 063309, section 5.3: an image of `rings`
// squared values that shows a network how the rings of a pattern resemble each other.
struct CcfOptions {
  // Eq. 14 is a complex number. Both parts stay the same when the pattern turns; the real
  // one keeps how the two rings are turned against each other.
  enum class Part { kReal, kAbsolute };
  PolarGridOptions grid;
  int order = 8;  // n of Eq. 14 and 15: 1 .. (angles - 1) / 2
  Part part = Part::kReal;
  CcfScaling scaling = CcfScaling::kLog;
};

// How people write them, in the order of the enums.
inline constexpr std::array<std::string_view, 2> kCcfPartNames = {"real", "absolute"};
inline constexpr std::array<std::string_view, 3> kCcfScalingNames = {"log", "maximum",
                                                                     "none"};

// What a network sees, in words: "image", or "ccf (order 8, part real, scaling log, inner
// radius 17 px)". A network trained on the one is of no use for another. Where an option
// is left open, its default for an image of kInputSize is told.
std::string DescribeInput(const std::optional<CcfOptions>& ccf);

}  // namespace airy::transform
