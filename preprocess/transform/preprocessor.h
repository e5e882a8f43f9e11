#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_map.h"
#include "preprocess/transform/hit_finder.h"
#include "preprocess/transform/rescale.h"

namespace airy::transform {

struct PreprocessorOptions {
  HitFinderOptions hit_finder;  // in counts of the detector
  RescaleOptions rescale;
  double counts_scale = 1;  // multiplies what the network sees; above 0, finite
  // As for Rescaler::Create, of calibration_rows x calibration_cols pixels; not copied,
  // they outlive the preprocessor. With either, frames of another shape are refused.
  std::span<const uint8_t> mask;
  std::span<const float> dark;
  int calibration_rows = 0;
  int calibration_cols = 0;
  // When set, the network sees the CCF map of the rescaled image (MapCcf).
  std::optional<CcfOptions> ccf = std::nullopt;
};

// Scores, rescales and maps the frames of one source. It prepares itself for the shape
// and pixel type it meets and again when they change (some milliseconds), so that what
// does not change costs nothing per frame. Owned by one thread at a time; one per worker.
class Preprocessor {
 public:
  // InvalidArgument naming the option, its range and its value.
  static Result<std::unique_ptr<Preprocessor>> Create(const PreprocessorOptions& options);

  // InvalidArgument for a frame of a shape that cannot be processed (bad shape), DataLoss
  // for one without a single finite unmasked pixel (not finite).
  Result<HitDecision> Score(const PixelView& pixels);
  // Writes mean counts per pixel times counts_scale into `image` (see Rescaler::Apply).
  // InvalidArgument as for Score.
  Status Rescale(const PixelView& pixels, Image* image);
  // Whether the network sees the CCF map of what Rescale writes.
  bool maps_ccf() const { return options_.ccf.has_value(); }
  // With options.ccf: writes the CCF map (see CcfMapper) of `image` into `map`, another
  // image. `image` is what Rescale wrote last: pixels without a measurement differ with
  // the shape of the frames.
  void MapCcf(const Image& image, Image* map);

 private:
  struct Shape {
    int rows = 0;
    int cols = 0;
    bool operator==(const Shape&) const = default;
  };
  struct Ccf {
    explicit Ccf(std::unique_ptr<const CcfMapper> made)
        : mapper(std::move(made)), workspace(*mapper) {}
    const std::unique_ptr<const CcfMapper> mapper;
    CcfMapper::Workspace workspace;
  };
  explicit Preprocessor(const PreprocessorOptions& options) : options_(options) {}
  Result<Shape> ShapeOf(const PixelView& pixels) const;
  Status PrepareRescale(const Shape& shape);

  const PreprocessorOptions options_;
  std::unique_ptr<HitFinder> hit_finder_;  // for frames of scored_ and scored_type_
  Shape scored_;
  PixelType scored_type_{};
  std::unique_ptr<Rescaler> rescaler_;  // for frames of rescaled_
  std::unique_ptr<Ccf> ccf_;            // for what rescaler_ makes
  Shape rescaled_;
};

}  // namespace airy::transform
