#include "model/studies/study_shots.h"

#include <string>
#include <vector>

#include "preprocess/frame/image.h"

namespace airy::studies {
namespace {

using simulation::NoiseLevel;

constexpr uint64_t kNoiseSeed = 1;

}  // namespace

Result<const model::Dataset*> StudyShots::With(int64_t shots, NoiseLevel noise) {
  if (shots == 0) shots = all_.size();
  if (shots > all_.size()) {
    return InvalidArgument("a set of " + std::to_string(all_.size()) +
                           " shots has no first " + std::to_string(shots));
  }
  if (shots == all_.size() && noise == NoiseLevel::kNone) return &all_;
  if (made_ && made_shots_ == shots && made_noise_ == noise) return &*made_;
  made_.reset();  // before another one is in memory
  std::vector<float> pixels(size_t{kInputSize} * kInputSize);
  const auto load = [&](int64_t i) {
    all_.Copy(i, /*symmetry=*/0, /*gain=*/1, pixels.data());
  };
  double bound = 0;
  if (noise != NoiseLevel::kNone) {
    std::vector<double> statistics;
    for (int64_t i = 0; i < shots; ++i) {
      load(i);
      statistics.push_back(simulation::NoiseStatistic(noise, pixels));
    }
    bound = simulation::Median(std::move(statistics));
  }
  std::string description = all_.description();
  if (shots < all_.size()) description += " first " + std::to_string(shots);
  if (noise != NoiseLevel::kNone) {
    description += " noise ";
    description += simulation::kNoiseLevelNames[static_cast<size_t>(noise)];
  }
  made_.emplace(description);
  for (int64_t i = 0; i < shots; ++i) {
    load(i);
    if (noise != NoiseLevel::kNone) {
      simulation::AddNoise(bound, kNoiseSeed, static_cast<uint64_t>(i), pixels);
    }
    AIRY_TRY(made_->Add(pixels, all_.labels()[static_cast<size_t>(i)]));
  }
  made_shots_ = shots;
  made_noise_ = noise;
  return &*made_;
}

}  // namespace airy::studies
