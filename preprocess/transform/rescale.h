#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"

namespace airy::transform {

// Beyond this a value is no measurement, whatever its type can hold; sums of measured
// values never overflow.
inline constexpr float kLargestCounts = 1e30F;

// Rescales any rectangular frame to output_size x output_size float32 by area average:
// each output pixel is the mean count per input pixel it covers, input pixels cut by its
// edge weighing by the area inside. Counts are never normalised: the logarithmic
// activation of PRE 99, 063309 (Eq. 11) wants them raw. The same code feeds training and
// serving.
//
// First a square is taken out of the frame, centred on (centre_row, centre_col):
// kCrop: the largest square inside the frame; kPad: the smallest square that holds the
// whole frame, what lies outside it counting as unmeasured. The square may cut pixels.
// Output pixels with no measured input are 0. Masked and non-finite input pixels, and
// those beyond +-kLargestCounts, are left out of the mean.
struct RescaleOptions {
  enum class Fit { kCrop, kPad };
  int output_size = kInputSize;  // 8..4096
  Fit fit = Fit::kCrop;
  // Centre of the pattern in pixels of the stacked frame, pixel i covering [i, i + 1):
  // 0.5 .. edge - 0.5. The middle when not set.
  std::optional<double> centre_row;
  std::optional<double> centre_col;
};

// InvalidArgument naming the option, its range and its value. The centre is checked with
// the frame's shape, by Rescaler::Create.
Status CheckOptions(const RescaleOptions& options);

// The square taken out of a frame, its edges in pixels of the stacked frame.
struct FrameSquare {
  double top = 0;
  double bottom = 0;
  double left = 0;
  double right = 0;
};

// InvalidArgument for a size or centre out of range.
Result<FrameSquare> FindSquare(int rows, int cols, const RescaleOptions& options);

// Prepared for one frame shape. Apply allocates nothing after its first call with a given
// output. Owned by one thread at a time (it holds scratch rows); Create one per thread.
class Rescaler {
 public:
  // `mask`: rows * cols bytes, 1 where the pixel is good, or empty for all good. `dark`:
  // rows * cols counts that are subtracted, or empty. Both are copied.
  // InvalidArgument for a shape, size or centre out of range.
  static Result<std::unique_ptr<Rescaler>> Create(int rows, int cols,
                                                  const RescaleOptions& options,
                                                  std::span<const uint8_t> mask = {},
                                                  std::span<const float> dark = {});
  ~Rescaler();

  // `pixels` must have the shape given to Create (rows of the stacked image); of any
  // type, and not necessarily aligned. Writes counts multiplied by `scale` into `output`,
  // which is resized to output_size squared if it is not that already.
  void Apply(const PixelView& pixels, float scale, Image* output);
  // output_size squared bytes: 1 where an output pixel covers any good input pixel.
  std::vector<uint8_t> Measured() const;

 private:
  struct Plan;
  explicit Rescaler(std::unique_ptr<Plan> plan);
  std::unique_ptr<Plan> plan_;
};

}  // namespace airy::transform
