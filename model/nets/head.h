#pragma once

#include <torch/torch.h>

#include "model/nets/head_names.h"

namespace airy::model {

// Every head takes [n, classes] logits, float32 or float64; gradients flow. Sigmoid and
// softmax have one logit per class, in their order. The structured head is for the eleven
// classes. Its first five logits choose one of round, elliptical, prolate, empty and
// "none" of these; the other six are of streak, bent, asymmetric, newton_rings,
// double_rings and layered, which a shot may have beside:
//   p(oblate) = p(round) + p(elliptical),
//   p(streak), p(bent) = sigmoid * (p(prolate) + p(none)),
//   p(asymmetric), p(newton_rings), p(double_rings), p(layered) = sigmoid * (1 -
//   p(empty)).
// So p(a) + p(b) <= 1 for classes that exclude each other, p(round) and p(elliptical) are
// at most p(oblate), and an answer "probability >= threshold" breaks no hard rule where
// t(a) + t(b) > 1 and t(oblate) <= t(round), t(elliptical). The five are lowered by a
// millionth, so that rounding leaves it so.

// The probability of every class, [n, classes].
torch::Tensor Probabilities(Head head, const torch::Tensor& logits);

// -log of the probability of all of an image's labels, [n]. labels: [n, classes] 0 or 1;
// for kSoftmax they add up to 1, for kStructured they keep the hard rules. An oblate shot
// that is neither round nor elliptical counts as either.
torch::Tensor NegativeLogLikelihood(Head head, const torch::Tensor& logits,
                                    const torch::Tensor& labels);

}  // namespace airy::model
