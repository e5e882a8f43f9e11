#include "preprocess/transform/preprocessor.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "preprocess/frame/check.h"
#include "preprocess/transform/calibration.h"

namespace airy::transform {
namespace {

bool HasCalibration(const PreprocessorOptions& options) {
  return !options.mask.empty() || !options.dark.empty();
}

}  // namespace

Result<std::unique_ptr<Preprocessor>> Preprocessor::Create(
    const PreprocessorOptions& options) {
  AIRY_TRY(CheckOptions(options.hit_finder));
  AIRY_TRY(CheckOptions(options.rescale));
  if (!std::isfinite(options.counts_scale) || options.counts_scale <= 0) {
    return InvalidArgument("counts_scale must be finite and above 0; was " +
                           std::to_string(options.counts_scale));
  }
  if (HasCalibration(options)) {
    AIRY_TRY(CheckCalibration(options.calibration_rows, options.calibration_cols,
                              options.mask, options.dark));
  }
  if (options.ccf) {
    const int edge = options.rescale.output_size;
    AIRY_TRY(CcfMapper::Create(edge, edge, *options.ccf).status());
  }
  return std::unique_ptr<Preprocessor>(new Preprocessor(options));
}

Result<Preprocessor::Shape> Preprocessor::ShapeOf(const PixelView& pixels) const {
  const int64_t rows = pixels.modules < 1 ? 0 : int64_t{pixels.modules} * pixels.rows;
  AIRY_TRY(CheckEdges(rows, pixels.cols));
  const Shape shape{static_cast<int>(rows), pixels.cols};
  const Shape calibrated{options_.calibration_rows, options_.calibration_cols};
  if (HasCalibration(options_) && shape != calibrated) {
    return InvalidArgument("frame must have the " + std::to_string(calibrated.rows) +
                           "x" + std::to_string(calibrated.cols) +
                           " pixels of its mask and dark; has " +
                           std::to_string(shape.rows) + "x" + std::to_string(shape.cols));
  }
  return shape;
}

Result<HitDecision> Preprocessor::Score(const PixelView& pixels) {
  AIRY_ASSIGN_OR_RETURN(const Shape shape, ShapeOf(pixels));
  if (!hit_finder_ || scored_ != shape || scored_type_ != pixels.type) {
    AIRY_ASSIGN_OR_RETURN(hit_finder_, HitFinder::Create(shape.rows, shape.cols,
                                                         pixels.type, options_.hit_finder,
                                                         options_.mask, options_.dark));
    scored_ = shape;
    scored_type_ = pixels.type;
  }
  const HitDecision decision = hit_finder_->Decide(pixels);
  if (decision.valid_pixels == 0) {
    return Status(StatusCode::kDataLoss, "frame has no finite unmasked pixel");
  }
  return decision;
}

Status Preprocessor::PrepareRescale(const Shape& shape) {
  AIRY_ASSIGN_OR_RETURN(auto rescaler,
                        Rescaler::Create(shape.rows, shape.cols, options_.rescale,
                                         options_.mask, options_.dark));
  if (options_.ccf) {
    const int edge = options_.rescale.output_size;
    AIRY_ASSIGN_OR_RETURN(
        auto mapper, CcfMapper::Create(edge, edge, *options_.ccf, rescaler->Measured()));
    ccf_ = std::make_unique<Ccf>(std::move(mapper));
  }
  rescaler_ = std::move(rescaler);
  rescaled_ = shape;
  return OkStatus();
}

Status Preprocessor::Rescale(const PixelView& pixels, Image* image) {
  AIRY_ASSIGN_OR_RETURN(const Shape shape, ShapeOf(pixels));
  if (!rescaler_ || rescaled_ != shape) AIRY_TRY(PrepareRescale(shape));
  rescaler_->Apply(pixels, static_cast<float>(options_.counts_scale), image);
  return OkStatus();
}

void Preprocessor::MapCcf(const Image& image, Image* map) {
  AIRY_CHECK(ccf_ != nullptr);
  ccf_->mapper->Apply(image, &ccf_->workspace, map);
}

}  // namespace airy::transform
