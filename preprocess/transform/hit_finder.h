#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"

namespace airy::transform {

// Lit-pixel hit finding, the scheme Hummingbird and Cheetah use: a frame is a hit when at
// least `min_lit_pixels` good pixels exceed `threshold_counts` above the dark.
struct HitFinderOptions {
  double threshold_counts = 60;   // finite
  int64_t min_lit_pixels = 2000;  // 1..
};

// InvalidArgument naming the option, its range and its value.
Status CheckOptions(const HitFinderOptions& options);

struct HitDecision {
  bool is_hit = false;
  int64_t lit_pixels = 0;
  // Good pixels that are finite and within +-kLargestCounts (rescale.h). 0: the frame
  // carries no measurement at all.
  int64_t valid_pixels = 0;
};

// Prepared for one frame shape and pixel type: mask, dark and threshold are folded into
// one limit per pixel, so that scoring is a single comparison each. Decide is const and
// thread-safe.
class HitFinder {
 public:
  // `mask`, `dark` as for Rescaler::Create. InvalidArgument for a shape or option out of
  // range.
  static Result<std::unique_ptr<HitFinder>> Create(int rows, int cols, PixelType type,
                                                   const HitFinderOptions& options,
                                                   std::span<const uint8_t> mask = {},
                                                   std::span<const float> dark = {});
  ~HitFinder();
  // `pixels` must have the shape and type given to Create; not necessarily aligned.
  HitDecision Decide(const PixelView& pixels) const;

 private:
  struct Table;
  template <typename T>
  struct TypedTable;
  explicit HitFinder(std::unique_ptr<Table> table);
  std::unique_ptr<Table> table_;
};

}  // namespace airy::transform
