#include "model/gradient_step.h"

#include "model/loss.h"
#include "model/nets/batch_norm.h"
#include "model/process_sums.h"

namespace airy::model {
namespace {

ElasticNet PenaltyOf(const TrainerOptions& options, const Network& network) {
  const double terms =
      options.mean_penalty ? static_cast<double>(CountPenalised(network)) : 1.0;
  return {options.l1 / terms, options.l2 / terms};
}

}  // namespace

GradientStep::GradientStep(const TrainerOptions& options, torch::Tensor positive_weights,
                           Network* network, const ProcessGroup& processes)
    : head_(options.head),
      loss_(options.loss),
      positive_weights_(std::move(positive_weights)),
      network_(network),
      processes_(processes),
      optimizer_(*network, options.momentum, PenaltyOf(options, *network)) {
  optimizer_.ZeroGradients();
}

torch::Tensor GradientStep::Loss(const torch::Tensor& logits,
                                 const torch::Tensor& labels) const {
  return ClassificationLoss(head_, loss_, logits, labels, positive_weights_);
}

double GradientStep::Add(const TrainingBatch& batch, double share) {
  const JoinedBatch joined(processes_);
  const torch::Tensor loss = Loss(network_->forward(batch.images), batch.labels);
  (loss * share).backward();
  return loss.item<double>();
}

// All in one tensor, since an exchange has a price of its own.
double GradientStep::Join(double loss) {
  if (processes_.size() == 1) return loss;
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& parameter : network_->parameters()) {
    gradients.push_back(parameter.grad());
  }
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& gradient : gradients) parts.push_back(gradient.reshape(-1));
  parts.push_back(torch::full({1}, loss, parts.front().options()));
  const torch::Tensor all = torch::cat(parts);
  SumOver(processes_, all);
  int64_t first = 0;
  for (torch::Tensor& gradient : gradients) {
    gradient.copy_(all.narrow(0, first, gradient.numel()).view_as(gradient));
    first += gradient.numel();
  }
  return all[first].item<double>();
}

void GradientStep::Apply(double learning_rate) {
  optimizer_.Step(learning_rate);
  optimizer_.ZeroGradients();
}

}  // namespace airy::model
