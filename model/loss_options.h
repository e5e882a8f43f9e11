#pragma once

namespace airy::model {

// Cross-entropy, changed for classes that are rare. With zeros it is cross-entropy.
struct LossOptions {
  // Asymmetric loss (Ridnik et al., ICCV 2021) of a sigmoid's probability p:
  //   positive: (1 - p)^gamma_positive log p
  //   negative: q^gamma_negative log(1 - q), q = max(p - clip, 0)
  // so that easy negatives, which most are, count little. Not for a softmax.
  double gamma_positive = 0;  // 0, or 1..10
  double gamma_negative = 0;  // 0, or 1..10
  double clip = 0;            // 0..0.5
  // Truth drawn towards even odds: 0 and 1 become s / 2 and 1 - s / 2; of the k classes
  // of a softmax, s / k and 1 - s + s / k.
  double label_smoothing = 0;  // 0..0.5
};

}  // namespace airy::model
