#include "model/frame_input.h"

#include <cmath>
#include <string>
#include <utility>

#include "preprocess/frame/image.h"

namespace airy::model {

FrameInput::FrameInput(BatchRescaler rescaler, std::optional<CcfBatchMapper> ccf,
                       float scale)
    : rescaler_(std::move(rescaler)), ccf_(std::move(ccf)), counts_scale_(scale) {}

Result<FrameInput> FrameInput::Create(const FrameOptions& options,
                                      const std::optional<transform::CcfOptions>& ccf,
                                      torch::Device device) {
  if (options.rescale.output_size != kInputSize) {
    return InvalidArgument("frames.rescale.output_size must be " +
                           std::to_string(kInputSize) + "; was " +
                           std::to_string(options.rescale.output_size));
  }
  if (!std::isfinite(options.counts_scale) || options.counts_scale <= 0) {
    return InvalidArgument("frames.counts_scale must be finite and above 0; was " +
                           std::to_string(options.counts_scale));
  }
  AIRY_ASSIGN_OR_RETURN(BatchRescaler rescaler,
                        BatchRescaler::Create(options.rows, options.cols, options.rescale,
                                              options.mask, options.dark, device));
  std::optional<CcfBatchMapper> mapper;
  if (ccf) {
    AIRY_ASSIGN_OR_RETURN(mapper, CcfBatchMapper::Create(kInputSize, kInputSize, *ccf,
                                                         rescaler.Measured(), device));
  }
  return FrameInput(std::move(rescaler), std::move(mapper), options.counts_scale);
}

torch::Tensor FrameInput::Images(const torch::Tensor& frames) const {
  const torch::Tensor images = rescaler_.Apply(frames, counts_scale_);
  return ccf_ ? ccf_->Map(images) : images;
}

}  // namespace airy::model
