#include "model/nets/head.h"

#include <limits>

#include "preprocess/frame/classes.h"

namespace airy::model {
namespace {

constexpr double kRoundingMargin = 1e-6;

constexpr int64_t kShapeLogits = 5;  // round, elliptical, prolate, empty, none
constexpr int64_t kBands = 2;        // streak, bent
constexpr int64_t kFeatures = 4;     // asymmetric, newton_rings, double_rings, layered

torch::Tensor Shapes(const torch::Tensor& logits) {
  return logits.narrow(1, 0, kShapeLogits);
}
torch::Tensor Bands(const torch::Tensor& logits) {
  return logits.narrow(1, kShapeLogits, kBands);
}
torch::Tensor Features(const torch::Tensor& logits) {
  return logits.narrow(1, kShapeLogits + kBands, kFeatures);
}

torch::Tensor StructuredProbabilities(const torch::Tensor& logits) {
  const torch::Tensor shapes = torch::softmax(Shapes(logits), 1) * (1 - kRoundingMargin);
  const torch::Tensor oblate = shapes.narrow(1, 0, 1) + shapes.narrow(1, 1, 1);
  const torch::Tensor empty = shapes.narrow(1, 3, 1);
  // Sums, not differences from 1, which would round the margin away.
  const torch::Tensor not_oblate = shapes.narrow(1, 2, 1) + shapes.narrow(1, 4, 1);
  return torch::cat(
      {oblate, shapes.narrow(1, 0, 3), torch::sigmoid(Bands(logits)) * not_oblate,
       torch::sigmoid(Features(logits)) * (oblate + not_oblate), empty},
      1);
}

torch::Tensor CrossEntropies(const torch::Tensor& logits, const torch::Tensor& labels) {
  return torch::binary_cross_entropy_with_logits(logits, labels, /*weight=*/{},
                                                 /*pos_weight=*/{}, at::Reduction::None);
}

torch::Tensor StructuredNegativeLogLikelihood(const torch::Tensor& logits,
                                              const torch::Tensor& labels) {
  const auto holds = [&labels](int64_t first, int64_t count) {
    return labels.narrow(1, first, count) > 0.5;
  };
  const torch::Tensor empty = holds(kEmpty, 1);
  const torch::Tensor named = holds(kRound, 3).any(1, /*keepdim=*/true).logical_or(empty);
  const torch::Tensor oblate_alone =
      holds(kSphericalOblate, 1).logical_and(named.logical_not());
  const torch::Tensor none = named.logical_or(oblate_alone).logical_not();
  const torch::Tensor allowed = torch::cat(
      {holds(kRound, 2).logical_or(oblate_alone), holds(kProlate, 1), empty, none}, 1);
  const torch::Tensor log_shape =
      torch::log_softmax(Shapes(logits), 1)
          .masked_fill(allowed.logical_not(), -std::numeric_limits<double>::infinity())
          .logsumexp(1);
  const torch::Tensor band =
      CrossEntropies(Bands(logits), labels.narrow(1, kStreak, kBands)) *
      holds(kProlate, 1).logical_or(none);
  const torch::Tensor feature =
      CrossEntropies(Features(logits), labels.narrow(1, kAsymmetric, kFeatures)) *
      empty.logical_not();
  return band.sum(1) + feature.sum(1) - log_shape;
}

}  // namespace

torch::Tensor Probabilities(Head head, const torch::Tensor& logits) {
  switch (head) {
    case Head::kSoftmax:
      return torch::softmax(logits, 1);
    case Head::kStructured:
      return StructuredProbabilities(logits);
    case Head::kSigmoid:
      break;
  }
  return torch::sigmoid(logits);
}

torch::Tensor NegativeLogLikelihood(Head head, const torch::Tensor& logits,
                                    const torch::Tensor& labels) {
  switch (head) {
    case Head::kSoftmax:
      return -(torch::log_softmax(logits, 1) * labels).sum(1);
    case Head::kStructured:
      return StructuredNegativeLogLikelihood(logits, labels);
    case Head::kSigmoid:
      break;
  }
  return CrossEntropies(logits, labels).sum(1);
}

}  // namespace airy::model
