#include "model/gradient_step.h"

#include "model/loss.h"

namespace airy::model {
namespace {

ElasticNet PenaltyOf(const TrainerOptions& options, const Network& network) {
  const double terms =
      options.mean_penalty ? static_cast<double>(CountPenalised(network)) : 1.0;
  return {options.l1 / terms, options.l2 / terms};
}

}  // namespace

GradientStep::GradientStep(const TrainerOptions& options, torch::Tensor positive_weights,
                           Network* network)
    : head_(options.head),
      loss_(options.loss),
      positive_weights_(std::move(positive_weights)),
      network_(network),
      optimizer_(*network, options.momentum, PenaltyOf(options, *network)) {
  optimizer_.ZeroGradients();
}

torch::Tensor GradientStep::Loss(const torch::Tensor& logits,
                                 const torch::Tensor& labels) const {
  return ClassificationLoss(head_, loss_, logits, labels, positive_weights_);
}

double GradientStep::Add(const TrainingBatch& batch, double share) {
  const torch::Tensor loss = Loss(network_->forward(batch.images), batch.labels);
  (loss * share).backward();
  return loss.item<double>();
}

void GradientStep::Apply(double learning_rate) {
  optimizer_.Step(learning_rate);
  optimizer_.ZeroGradients();
}

}  // namespace airy::model
