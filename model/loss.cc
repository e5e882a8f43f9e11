#include "model/loss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "model/rule_violations.h"

namespace airy::model {
namespace {

torch::Tensor Columns(const torch::Tensor& values, std::span<const int64_t> columns) {
  const torch::Tensor places =
      torch::tensor(std::vector<int64_t>(columns.begin(), columns.end()))
          .to(values.device());
  return values.index_select(-1, places);
}

// Of sigmoids, element by element.
torch::Tensor SigmoidTerms(const LossOptions& options, const torch::Tensor& logits,
                           const torch::Tensor& labels,
                           const torch::Tensor& positive_weights) {
  torch::Tensor positive = -torch::log_sigmoid(logits);
  torch::Tensor negative = -torch::log_sigmoid(-logits);
  if (options.gamma_positive > 0) {
    positive = positive * torch::sigmoid(-logits).pow(options.gamma_positive);
  }
  if (options.clip > 0 || options.gamma_negative > 0) {
    const torch::Tensor q = (torch::sigmoid(logits) - options.clip).clamp_min(0);
    if (options.clip > 0) negative = -torch::log1p(-q);
    if (options.gamma_negative > 0) negative = negative * q.pow(options.gamma_negative);
  }
  if (positive_weights.defined()) positive = positive * positive_weights;
  const torch::Tensor truth =
      labels * (1 - options.label_smoothing) + options.label_smoothing / 2;
  return truth * positive + (1 - truth) * negative;
}

// Of a softmax, per image. truth: [n, k], each row 0 but for one 1.
torch::Tensor SoftmaxTerms(const LossOptions& options, const torch::Tensor& logits,
                           const torch::Tensor& truth) {
  const auto classes = static_cast<double>(logits.size(1));
  const torch::Tensor smooth =
      truth * (1 - options.label_smoothing) + options.label_smoothing / classes;
  return -(smooth * torch::log_softmax(logits, 1)).sum(1);
}

// The classes of the structured head's logits (nets/head.h): shapes, of which the last is
// none of these, then features.
constexpr std::array<int64_t, 4> kShapes = {kRound, kElliptical, kProlate, kEmpty};
constexpr int64_t kShapeLogits = 5;
constexpr std::array<int64_t, 6> kFeatures = {kStreak,      kBent,        kAsymmetric,
                                              kNewtonRings, kDoubleRings, kLayered};

// Per image: shape, and every feature that an image of this shape may have.
torch::Tensor StructuredTerms(const LossOptions& options, const torch::Tensor& logits,
                              const torch::Tensor& labels,
                              const torch::Tensor& positive_weights) {
  const torch::Tensor named = Columns(labels, kShapes);
  // Oblate, but neither round nor elliptical: half of each.
  const torch::Tensor oblate_alone =
      labels.narrow(1, kSphericalOblate, 1) - named.narrow(1, 0, 2).sum(1, true);
  const torch::Tensor shapes =
      named + oblate_alone * torch::tensor({0.5F, 0.5F, 0.0F, 0.0F}).to(labels.device());
  const torch::Tensor truth = torch::cat({shapes, 1 - shapes.sum(1, true)}, 1);
  const torch::Tensor filled = 1 - labels.select(1, kEmpty);
  const torch::Tensor not_oblate = filled - labels.select(1, kSphericalOblate);
  const torch::Tensor open =
      torch::stack({not_oblate, not_oblate, filled, filled, filled, filled}, 1);
  const torch::Tensor features =
      SigmoidTerms(options, logits.narrow(1, kShapeLogits, std::ssize(kFeatures)),
                   Columns(labels, kFeatures),
                   positive_weights.defined() ? Columns(positive_weights, kFeatures)
                                              : positive_weights);
  return SoftmaxTerms(options, logits.narrow(1, 0, kShapeLogits), truth) +
         (features * open).sum(1);
}

}  // namespace

torch::Tensor ClassificationLoss(Head head, const LossOptions& options,
                                 const torch::Tensor& logits, const torch::Tensor& labels,
                                 const torch::Tensor& positive_weights) {
  if (head == Head::kSigmoid) {
    return SigmoidTerms(options, logits, labels, positive_weights).mean();
  }
  const auto classes = static_cast<double>(labels.size(1));
  if (head == Head::kSoftmax) {
    return SoftmaxTerms(options, logits, labels).mean() / classes;
  }
  return StructuredTerms(options, logits, labels, positive_weights).mean() / classes;
}

torch::Tensor PositiveWeights(LabelRows labels, std::span<const int64_t> images,
                              double limit) {
  std::vector<double> weights;
  for (size_t c = 0; c < labels.classes(); ++c) {
    double positives = 0;
    for (const int64_t i : images) positives += labels[static_cast<size_t>(i)][c];
    const double negatives = static_cast<double>(images.size()) - positives;
    weights.push_back(
        std::clamp(std::sqrt(negatives / std::max(positives, 1.0)), 1.0, limit));
  }
  return torch::tensor(weights, torch::kFloat32);
}

Status CheckTruth(Head head, LabelRows labels, const ClassList& classes) {
  if (head == Head::kStructured && !AreTheEleven(classes)) {
    return InvalidArgument("head structured is for the classes '" +
                           JoinNames(ElevenClasses()) + "'; the set has '" +
                           JoinNames(classes) + "'");
  }
  if (head != Head::kSoftmax) {
    return AreTheEleven(classes) ? CheckRules(labels) : OkStatus();
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    const int count = std::accumulate(labels[i].begin(), labels[i].end(), 0);
    if (count == 1) continue;
    return InvalidArgument("a softmax needs exactly one class per image; image " +
                           std::to_string(i) + " had " + std::to_string(count) + ": " +
                           NamesOf(labels[i], classes));
  }
  return OkStatus();
}

}  // namespace airy::model
