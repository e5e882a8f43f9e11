#pragma once

#include <torch/torch.h>

#include "model/process_group.h"

namespace airy::model {

// While one lives, batches of this thread are parts of a batch that is joined over
// processes. Owned by the thread that made it; `processes` outlives it and the backward
// pass of what was computed meanwhile.
class JoinedBatch {
 public:
  explicit JoinedBatch(const ProcessGroup& processes);
  JoinedBatch(const JoinedBatch&) = delete;
  JoinedBatch& operator=(const JoinedBatch&) = delete;
  ~JoinedBatch();

 private:
  const ProcessGroup* const before_;
};

// Batch normalisation of x [n, c, h, w] in its type. In training mode the mean and the
// variance are those of the joined batch: their sums, and in the backward pass those of
// the gradients, go through all processes, which then have the same running statistics.
// The gradients of weight and bias are this process's part of a sum. Throws ProcessLost.
torch::Tensor Normalise(torch::nn::BatchNorm2d norm, const torch::Tensor& x);

}  // namespace airy::model
