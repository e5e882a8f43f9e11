#pragma once

#include <torch/torch.h>

#include <optional>

#include "model/ccf_batch.h"
#include "model/rescale_batch.h"
#include "model/torch_engine.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::model {

// From raw frames to what a network takes, as preprocessing does it: calibrated, rescaled
// and, for a network of maps, mapped, rings masked where nothing is measured. Immutable,
// thread-safe.
class FrameInput {
 public:
  // InvalidArgument for options out of range or another size than kInputSize.
  static Result<FrameInput> Create(const FrameOptions& options,
                                   const std::optional<transform::CcfOptions>& ccf,
                                   torch::Device device);

  // frames: [n, rows, cols] int16, as BatchRescaler takes them. Returns [n, 1,
  // kInputSize, kInputSize] float32.
  torch::Tensor Images(const torch::Tensor& frames) const;

 private:
  FrameInput(BatchRescaler rescaler, std::optional<CcfBatchMapper> ccf, float scale);

  BatchRescaler rescaler_;
  std::optional<CcfBatchMapper> ccf_;
  float counts_scale_;
};

}  // namespace airy::model
