#include "model/grad_cam.h"

#include <algorithm>
#include <array>
#include <string>

#include "preprocess/frame/classes.h"

namespace airy::model {
namespace {

// Of the structured head: where each class's logit is; the oblate class has none.
constexpr std::array<int64_t, kClassCount> kStructuredLogits = {-1, 0, 1, 2,  5, 6,
                                                                7,  8, 9, 10, 3};

// dS/d(logits) of all classes: [1 or n, classes, outputs].
torch::Tensor ScoreGradients(Head head, const torch::Tensor& logits) {
  const int64_t outputs = logits.size(1);
  if (head != Head::kStructured) {
    return torch::eye(outputs, logits.options().requires_grad(false)).unsqueeze(0);
  }
  // The structured head's scores are few and cheap to differentiate.
  const torch::Tensor leaf = logits.detach().requires_grad_();
  const torch::AutoGradMode with_grad(true);
  const torch::Tensor scores = ClassScores(head, leaf).sum(0);
  std::vector<torch::Tensor> rows;
  for (int64_t i = 0; i < scores.size(0); ++i) {
    rows.push_back(
        torch::autograd::grad({scores[i]}, {leaf}, {}, /*retain_graph=*/true)[0]);
  }
  return torch::stack(rows, 1);
}

}  // namespace

torch::Tensor ClassScores(Head head, const torch::Tensor& logits) {
  if (head != Head::kStructured) return logits;
  std::vector<torch::Tensor> scores;
  for (const int64_t i : kStructuredLogits) {
    scores.push_back(i < 0 ? torch::logsumexp(logits.narrow(1, 0, 2), 1)
                           : logits.select(1, i));
  }
  return torch::stack(scores, 1);
}

GradCam::GradCam(const CamOptions& options, Head head, std::shared_ptr<Network> network,
                 size_t layer, std::optional<PooledTail> tail)
    : options_(options),
      head_(head),
      network_(std::move(network)),
      layer_(layer),
      tail_(std::move(tail)) {}

Result<GradCam> GradCam::Create(const CamOptions& options, Head head,
                                std::shared_ptr<Network> network,
                                bool allow_closed_form) {
  const std::vector<std::string> layers = network->layers();
  size_t layer = layers.size() - 1;
  if (!options.layer.empty()) {
    const auto found = std::find(layers.begin(), layers.end(), options.layer);
    if (found == layers.end()) {
      std::string known;
      for (const std::string& name : layers) known += (known.empty() ? "" : ", ") + name;
      return InvalidArgument("layer must be one of: " + known + "; was '" +
                             options.layer + "'");
    }
    layer = static_cast<size_t>(found - layers.begin());
  }
  std::optional<PooledTail> tail;
  if (layer + 1 == layers.size() && (allow_closed_form || options.activated)) {
    tail = PooledTail::Of(*network);
  }
  if (options.activated && !tail) {
    return InvalidArgument(
        "activated features need the last layer, '" + layers.back() +
        "', of a network where a normalisation and LeakyReLU follow it; layer was '" +
        layers[layer] + "'");
  }
  return GradCam(options, head, std::move(network), layer, std::move(tail));
}

GradCam::Pass GradCam::Forward(const torch::Tensor& counts) {
  Pass pass;
  torch::Tensor x = counts;
  {
    const torch::NoGradGuard no_grad;
    for (size_t i = 0; i <= layer_; ++i) x = network_->RunLayer(i, x);
  }
  const torch::AutoGradMode with_grad(!tail_);
  pass.features = x.detach().requires_grad_(!tail_);
  x = pass.features;
  for (size_t i = layer_ + 1; i < network_->layers().size(); ++i) {
    x = network_->RunLayer(i, x);
  }
  pass.logits = network_->Classify(network_->Embed(x));
  return pass;
}

torch::Tensor GradCam::Maps(const Pass& pass, const std::vector<int64_t>& classes) const {
  if (tail_) {
    const torch::NoGradGuard no_grad;
    const torch::Tensor index =
        torch::tensor(classes, torch::kLong).to(pass.logits.device());
    torch::Tensor weights = tail_->weight.unsqueeze(0);
    if (head_ == Head::kStructured) {
      weights = torch::matmul(ScoreGradients(head_, pass.logits), tail_->weight);
    }
    return CamOfPooledTail(options_, *tail_, pass.features,
                           weights.index_select(1, index),
                           ClassScores(head_, pass.logits).index_select(1, index));
  }
  const torch::AutoGradMode with_grad(true);
  const torch::Tensor scores = ClassScores(head_, pass.logits);
  const torch::Tensor features = pass.features.detach();
  std::vector<torch::Tensor> maps;
  for (const int64_t k : classes) {
    const torch::Tensor score = scores.select(1, k);
    // Images do not see each other in eval mode, so one pass serves the batch.
    const torch::Tensor gradients = torch::autograd::grad({score.sum()}, {pass.features},
                                                          {}, /*retain_graph=*/true)[0];
    const torch::NoGradGuard no_grad;
    maps.push_back(CamFromGradients(options_, features, gradients, score.detach()));
  }
  return torch::stack(maps, 1);
}

}  // namespace airy::model
