#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

#include "model/class_list.h"
#include "model/class_table.h"
#include "model/loss_options.h"
#include "model/nets/head.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// The mean loss per image and class of logits [n, outputs] float32, given the truth
// [n, classes] of 0 and 1: [] float32. Without options it is the negative
// log-likelihood of the head's probabilities divided by the number of classes, for a
// sigmoid PRE 99, 063309, Eq. 6; but an oblate shot that is neither round nor elliptical
// is taught as half of each. Options act on
//   sigmoid     every class
//   softmax     label_smoothing alone; the truth has one class per image
//   structured  the cross-entropy of its exclusive shapes: label_smoothing alone; the
//               features: all options, but only of images that may have them.
// positive_weights: [classes], multiply what positives of a sigmoid add to the loss;
// undefined: 1.
torch::Tensor ClassificationLoss(Head head, const LossOptions& options,
                                 const torch::Tensor& logits, const torch::Tensor& labels,
                                 const torch::Tensor& positive_weights);

// sqrt(negatives / positives) of each class among these images, in 1..limit:
// [classes] float32.
torch::Tensor PositiveWeights(LabelRows labels, std::span<const int64_t> images,
                              double limit);

// InvalidArgument for labels that a head cannot learn: of the eleven classes, that break
// kLabelRules; for a softmax, that are not exactly one class (names the first image and
// its labels); for the structured head, of other classes than the eleven.
Status CheckTruth(Head head, LabelRows labels,
                  const ClassList& classes = ElevenClasses());

}  // namespace airy::model
