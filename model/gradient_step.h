#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "model/nets/network.h"
#include "model/process_group.h"
#include "model/sgd.h"
#include "model/trainer_options.h"
#include "model/training_batch.h"

namespace airy::model {

// A step of the weights: gradients of one or more batches, summed, then applied. Between
// the two, processes that train together sum theirs. Thread-compatible.
class GradientStep {
 public:
  // Uses loss, elastic net and momentum of the options. `network` outlives the step and
  // has its layout already, as `processes` does. positive_weights: [classes] on its
  // device.
  GradientStep(const TrainerOptions& options, torch::Tensor positive_weights,
               Network* network, const ProcessGroup& processes = ProcessGroup::Alone());

  // Adds the gradient of `share` of the loss of a batch, which is returned as a whole.
  // n batches of equal size with share 1 / n make the step of one batch of all, but for
  // what batch normalisation makes of smaller batches. Of several processes, each adds
  // its part of a joined batch, of n images of N with share n / N, and normalisation sees
  // the whole. Throws ProcessLost, as Join does.
  double Add(const TrainingBatch& batch, double share);
  // Sums gradients and a number over the processes; returns the number's sum.
  double Join(double loss);
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
  const ProcessGroup& processes_;
  NesterovSgd optimizer_;
};

}  // namespace airy::model
