#include "model/temperature.h"

#include <cmath>

#include "preprocess/frame/check.h"

namespace airy::model {

double SigmoidLoss(std::span<const float> logits, std::span<const uint8_t> labels,
                   double temperature) {
  AIRY_CHECK(logits.size() == labels.size());
  double sum = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const double logit = static_cast<double>(logits[i]) / temperature;
    // -log sigmoid(z) = log(1 + exp(-z)), without overflow.
    const double z = labels[i] != 0 ? logit : -logit;
    sum += std::log1p(std::exp(-std::abs(z))) + (z < 0 ? -z : 0);
  }
  return logits.empty() ? 0 : sum / static_cast<double>(logits.size());
}

double FitTemperature(const std::function<double(double temperature)>& loss) {
  // Golden section on log T.
  constexpr double kRatio = 0.6180339887498949;
  const auto at = [&loss](double log_temperature) {
    return loss(std::exp(log_temperature));
  };
  const double begin = std::log(kLeastTemperature), end = std::log(kMostTemperature);
  double low = begin, high = end;
  double left = high - kRatio * (high - low), right = low + kRatio * (high - low);
  double left_loss = at(left), right_loss = at(right);
  if (left_loss == right_loss && at(begin) == left_loss && at(end) == left_loss) return 1;
  while (high - low > 1e-4) {
    if (left_loss < right_loss) {
      high = right;
      right = left;
      right_loss = left_loss;
      left = high - kRatio * (high - low);
      left_loss = at(left);
    } else {
      low = left;
      left = right;
      left_loss = right_loss;
      right = low + kRatio * (high - low);
      right_loss = at(right);
    }
  }
  const double middle = (low + high) / 2;
  const double best = at(middle);
  if (at(begin) <= best) return kLeastTemperature;
  if (at(end) <= best) return kMostTemperature;
  return std::exp(middle);
}

double FitTemperature(std::span<const float> logits, std::span<const uint8_t> labels) {
  return FitTemperature([logits, labels](double temperature) {
    return SigmoidLoss(logits, labels, temperature);
  });
}

}  // namespace airy::model
