#include "model/noise_images.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "model/ccf_batch.h"
#include "preprocess/frame/image.h"

namespace airy::model {
namespace {

constexpr int kMostImages = 16;

}  // namespace

NoiseImages::NoiseImages(const ModelInfo& info, int max_batch)
    : images_(
          torch::empty({std::min(max_batch, kMostImages), 1, kInputSize, kInputSize})) {
  std::mt19937 random(1);
  const float mean =
      std::max(1e-3F, std::sqrt(info.input_mean_p01 * info.input_mean_p99));
  std::exponential_distribution<float> counts(1 / mean);
  auto* const pixels = images_.data_ptr<float>();
  std::generate(pixels, pixels + images_.numel(), [&] { return counts(random); });
  if (!info.ccf) return;
  images_ = CcfBatchMapper::Create(kInputSize, kInputSize, *info.ccf, {}, torch::kCPU)
                .value()
                .Map(images_)
                .contiguous();
}

std::vector<const void*> NoiseImages::Pointers(int count) const {
  std::vector<const void*> pointers;
  for (int64_t i = 0; i < count; ++i) {
    pointers.push_back(images_[i % images_.size(0)].data_ptr());
  }
  return pointers;
}

}  // namespace airy::model
