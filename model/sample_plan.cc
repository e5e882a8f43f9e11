#include "model/sample_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace airy::model {
namespace {

// SplitMix64 (Steele et al., OOPSLA 2014): mixes well from any start, so that streams can
// be named by number.
class SplitMix {
 public:
  explicit SplitMix(uint64_t state) : state_(state) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

SplitMix Stream(uint64_t seed, uint64_t a, uint64_t b) {
  return SplitMix(SplitMix(SplitMix(seed).Next() + a).Next() + b);
}

// Fisher-Yates; std::shuffle differs between standard libraries.
void Shuffle(SplitMix random, std::vector<int64_t>* values) {
  for (size_t i = values->size(); i > 1; --i) {
    const auto j = static_cast<size_t>(random.Uniform() * static_cast<double>(i));
    std::swap((*values)[i - 1], (*values)[j]);
  }
}

double LogUniform(GainRange gains, double share) {
  return gains.low * std::pow(gains.high / gains.low, share);
}

}  // namespace

SamplePlan::SamplePlan(uint64_t seed, int64_t images, double validation_share)
    : seed_(seed), training_(static_cast<size_t>(images)) {
  std::iota(training_.begin(), training_.end(), 0);
  Shuffle(Stream(seed, /*a=*/0, /*b=*/0), &training_);
  const auto wanted =
      std::llround(validation_share * static_cast<double>(training_.size()));
  const auto count = std::clamp<int64_t>(wanted, 1, images - 1);
  validation_.assign(training_.end() - count, training_.end());
  training_.resize(training_.size() - static_cast<size_t>(count));
}

std::vector<int64_t> SamplePlan::EpochOrder(int epoch) const {
  std::vector<int64_t> order = training_;
  Shuffle(Stream(seed_, /*a=*/1, static_cast<uint64_t>(epoch)), &order);
  return order;
}

Augmentation SamplePlan::Augment(int epoch, int64_t index, GainRange gains) const {
  SplitMix random =
      Stream(seed_, 2 + static_cast<uint64_t>(epoch), static_cast<uint64_t>(index));
  Augmentation change;
  change.symmetry = static_cast<int>(random.Next() & 7);
  change.gain = static_cast<float>(LogUniform(gains, random.Uniform()));
  return change;
}

InputRange SamplePlan::InputMeans(const Dataset& dataset, GainRange gains) const {
  constexpr int kGains = 16;
  std::vector<float> means;
  for (const int64_t index : training_) {
    for (int i = 0; i < kGains; ++i) {
      const double gain = LogUniform(gains, (i + 0.5) / kGains);
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
