#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "model/nets/network.h"
#include "model/sgd.h"
#include "model/trainer_options.h"
#include "model/training_batch.h"

namespace airy::model {

// A step of the weights: gradients of one or more batches, summed, then applied. Between
// the two, processes that train together would exchange gradients. Thread-compatible.
class GradientStep {
 public:
  // Uses loss, elastic net and momentum of the options. `network` outlives the step and
  // has its layout already. positive_weights: [classes] on its device.
  GradientStep(const TrainerOptions& options, torch::Tensor positive_weights,
               Network* network);

  // Adds the gradient of `share` of the loss of a batch, which is returned as a whole.
  // n batches of equal size with share 1 / n make the step of one batch of all, but for
  // what batch normalisation makes of smaller batches.
  double Add(const TrainingBatch& batch, double share);
  // Moves the weights against the gradient and forgets it.
  void Apply(double learning_rate);

  // The loss of logits under the options, without penalty: [] float32.
  torch::Tensor Loss(const torch::Tensor& logits, const torch::Tensor& labels) const;
  NesterovSgd* optimizer() { return &optimizer_; }

 private:
  const Head head_;
  const LossOptions loss_;
  const torch::Tensor positive_weights_;
  Network* const network_;
  NesterovSgd optimizer_;
};

}  // namespace airy::model
