#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace airy::model {

// Temperature scaling: a network's logits divided by one number T, so that its
// probabilities are as sure as they should be (Guo et al., ICML 2017). Their order, and
// so the best answers, stay.
inline constexpr double kLeastTemperature = 0.05;
inline constexpr double kMostTemperature = 20;

// Mean negative log-likelihood of 0/1 labels under sigmoid(logit / temperature), one
// label per logit, whatever the classes are. 0 for none.
double SigmoidLoss(std::span<const float> logits, std::span<const uint8_t> labels,
                   double temperature);

// The temperature from kLeastTemperature to kMostTemperature with the least loss, to a
// relative accuracy of 1e-4. The negative log-likelihood of sigmoids, or of a softmax, is
// convex in 1 / T and has one minimum; of a loss with several it is one of them. An end
// of the range where the loss still falls there; 1 where it is the same everywhere.
double FitTemperature(const std::function<double(double temperature)>& loss);

// The same for sigmoids.
double FitTemperature(std::span<const float> logits, std::span<const uint8_t> labels);

}  // namespace airy::model
