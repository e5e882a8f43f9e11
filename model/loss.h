#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

#include "model/loss_options.h"
#include "model/metrics.h"
#include "model/nets/head.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// The mean loss per image and class of logits [n, outputs] float32, given the truth
// [n, kClassCount] of 0 and 1: [] float32. Without options it is the negative
// log-likelihood of the head's probabilities divided by the number of classes, for a
// sigmoid PRE 99, 063309, Eq. 6; but an oblate shot that is neither round nor elliptical
// is taught as half of each. Options act on
//   sigmoid     every class
//   softmax     label_smoothing alone; the truth has one class per image
//   structured  the cross-entropy of its exclusive shapes: label_smoothing alone; the
//               features: all options, but only of images that may have them.
// positive_weights: [kClassCount], multiply what positives of a sigmoid add to the loss;
// undefined: 1.
torch::Tensor ClassificationLoss(Head head, const LossOptions& options,
                                 const torch::Tensor& logits, const torch::Tensor& labels,
                                 const torch::Tensor& positive_weights);

// sqrt(negatives / positives) of each class among these images, in 1..limit:
// [kClassCount] float32.
torch::Tensor PositiveWeights(std::span<const Labels> labels,
                              std::span<const int64_t> images, double limit);

// InvalidArgument for labels that a head cannot learn: that break kLabelRules, or for a
// softmax, that are not exactly one class.
Status CheckTruth(Head head, std::span<const Labels> labels);

}  // namespace airy::model
