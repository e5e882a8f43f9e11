#include "model/sample_plan.h"

#include <algorithm>
#include <cmath>

#include "model/random_stream.h"

namespace airy::model {
namespace {

constexpr uint64_t kOrderStream = 1;

}  // namespace

std::vector<int64_t> SamplePlan::EpochOrder(int epoch) const {
  std::vector<int64_t> order = split_.training;
  RandomStream(seed_, kOrderStream, static_cast<uint64_t>(epoch)).Shuffle(&order);
  return order;
}

InputRange SamplePlan::InputMeans(const Dataset& dataset, const GainRange& gains) const {
  constexpr int kGains = 16;
  std::vector<float> means;
  for (const int64_t index : split_.training) {
    for (int i = 0; i < kGains; ++i) {
      const double gain =
          gains.low * std::pow(gains.high / gains.low, (i + 0.5) / kGains);
      means.push_back(dataset.MeanCount(index) * static_cast<float>(gain));
    }
  }
  std::sort(means.begin(), means.end());
  const auto at = [&means](double quantile) {
    return means[static_cast<size_t>(quantile * static_cast<double>(means.size() - 1))];
  };
  return {at(0.01), at(0.99)};
}

}  // namespace airy::model
