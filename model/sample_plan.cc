#include "model/sample_plan.h"

#include <algorithm>
#include <cmath>

#include "model/evenly_spread.h"
#include "model/random_stream.h"
#include "preprocess/frame/image.h"

namespace airy::model {
namespace {

constexpr int64_t kMostMeans = 1024;
constexpr uint64_t kOrderStream = 1;
constexpr uint64_t kChoiceStream = ~uint64_t{0};

// How much rarer than all images the rarest class of each training image is.
std::vector<double> RarityOf(const Split& split, LabelRows labels) {
  std::vector<double> positives(labels.classes());
  const auto of = [&](int64_t index) { return labels[static_cast<size_t>(index)]; };
  for (const int64_t index : split.training) {
    for (size_t k = 0; k < labels.classes(); ++k) positives[k] += of(index)[k];
  }
  std::vector<double> rarity;
  for (const int64_t index : split.training) {
    double rarest = 1;
    for (size_t k = 0; k < labels.classes(); ++k) {
      if (of(index)[k] == 0) continue;
      rarest =
          std::max(rarest, static_cast<double>(split.training.size()) / positives[k]);
    }
    rarity.push_back(rarest);
  }
  return rarity;
}

}  // namespace

SamplePlan::SamplePlan(uint64_t seed, Split split, const Sampling& sampling,
                       LabelRows labels)
    : seed_(seed),
      split_(std::move(split)),
      epoch_images_(sampling.images == 0
                        ? std::ssize(split_.training)
                        : std::min(sampling.images, std::ssize(split_.training))) {
  if (epoch_images_ == std::ssize(split_.training)) return;
  weights_ = RarityOf(split_, labels);
  for (double& weight : weights_) weight = std::pow(weight, sampling.balance);
}

// A weighted choice without repetition keeps the images with the least -log(uniform) /
// weight (Efraimidis and Spirakis, Inf. Process. Lett. 97, 181 (2006)).
std::vector<int64_t> SamplePlan::EpochOrder(int epoch) const {
  std::vector<int64_t> order = split_.training;
  if (!weights_.empty()) {
    RandomStream choice(seed_, kChoiceStream, static_cast<uint64_t>(epoch));
    std::vector<std::pair<double, int64_t>> keys;
    for (size_t i = 0; i < order.size(); ++i) {
      keys.emplace_back(-std::log(1 - choice.Uniform()) / weights_[i], order[i]);
    }
    std::ranges::nth_element(keys, keys.begin() + epoch_images_);
    order.resize(static_cast<size_t>(epoch_images_));
    std::ranges::transform(keys.begin(), keys.begin() + epoch_images_, order.begin(),
                           [](const auto& key) { return key.second; });
    std::ranges::sort(order);
  }
  RandomStream(seed_, kOrderStream, static_cast<uint64_t>(epoch)).Shuffle(&order);
  return order;
}

Result<InputRange> SamplePlan::InputMeans(const Dataset& dataset,
                                          const GainRange& gains) const {
  constexpr int kGains = 16;
  std::vector<float> means;
  Image image(kInputSize, kInputSize);
  for (const int64_t place : EvenlySpread(std::ssize(split_.training), kMostMeans)) {
    AIRY_TRY(dataset.Read(split_.training[static_cast<size_t>(place)], image.pixels()));
    const double mean = image.Mean();
    for (int i = 0; i < kGains; ++i) {
      const double gain =
          gains.low * std::pow(gains.high / gains.low, (i + 0.5) / kGains);
      means.push_back(static_cast<float>(mean * gain));
    }
  }
  std::sort(means.begin(), means.end());
  const auto at = [&means](double quantile) {
    return means[static_cast<size_t>(quantile * static_cast<double>(means.size() - 1))];
  };
  return InputRange{at(0.01), at(0.99)};
}

}  // namespace airy::model
