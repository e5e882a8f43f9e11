#include "model/studies/study_shots.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/image_source.h"
#include "preprocess/frame/image.h"

namespace airy::studies {
namespace {

using simulation::NoiseLevel;

constexpr uint64_t kNoiseSeed = 1;

// Images of another set with noise up to a bound.
class NoisyImages final : public model::ImageSource {
 public:
  NoisyImages(const model::Dataset& set, double bound) : set_(set), bound_(bound) {}

  Status Read(int64_t index, std::span<float> pixels) override {
    AIRY_TRY(set_.Read(index, pixels));
    if (bound_ > 0) {
      simulation::AddNoise(bound_, kNoiseSeed, static_cast<uint64_t>(index), pixels);
    }
    return OkStatus();
  }

 private:
  const model::Dataset& set_;
  const double bound_;
};

}  // namespace

Result<const model::Dataset*> StudyShots::With(int64_t shots, NoiseLevel noise) {
  if (shots == 0) shots = all_.size();
  if (shots > all_.size()) {
    return InvalidArgument("a set of " + std::to_string(all_.size()) +
                           " shots has no first " + std::to_string(shots));
  }
  if (shots == all_.size() && noise == NoiseLevel::kNone) return &all_;
  if (made_ && made_shots_ == shots && made_noise_ == noise) return &*made_;
  std::string description = all_.description();
  if (shots < all_.size()) description += " first " + std::to_string(shots);
  double bound = 0;
  if (noise != NoiseLevel::kNone) {
    description += " noise ";
    description += simulation::kNoiseLevelNames[static_cast<size_t>(noise)];
    std::vector<double> statistics;
    std::vector<float> pixels(size_t{kInputSize} * kInputSize);
    for (int64_t i = 0; i < shots; ++i) {
      AIRY_TRY(all_.Read(i, pixels));
      statistics.push_back(simulation::NoiseStatistic(noise, pixels));
    }
    bound = simulation::Median(std::move(statistics));
  }
  model::LabelTable labels(all_.classes().size());
  for (size_t i = 0; i < static_cast<size_t>(shots); ++i) labels.Add(all_.labels()[i]);
  made_.emplace(description, all_.classes(), std::move(labels),
                std::make_unique<NoisyImages>(all_, bound));
  made_shots_ = shots;
  made_noise_ = noise;
  return &*made_;
}

}  // namespace airy::studies
