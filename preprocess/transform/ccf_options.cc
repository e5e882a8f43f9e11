#include "preprocess/transform/ccf_options.h"

#include <cstdio>

#include "preprocess/frame/image.h"

namespace airy::transform {

std::string DescribeInput(const std::optional<CcfOptions>& ccf) {
  if (!ccf) return "image";
  char radius[32];
  std::snprintf(radius, sizeof radius, "%.6g",
                ccf->grid.inner_radius_px.value_or(kDefaultInnerRadius * kInputSize));
  return "ccf (order " + std::to_string(ccf->order) + ", part " +
         std::string(kCcfPartNames[static_cast<size_t>(ccf->part)]) + ", scaling " +
         std::string(kCcfScalingNames[static_cast<size_t>(ccf->scaling)]) +
         ", inner radius " + radius + " px)";
}

}  // namespace airy::transform
