#include "model/training_batch.h"

#include <algorithm>
#include <vector>

#include "model/augmentation.h"
#include "model/nets/network.h"

namespace airy::model {
namespace {

constexpr int64_t kPixelsPerImage = int64_t{kInputSize} * kInputSize;

}  // namespace

Result<BatchMaker> BatchMaker::Create(const Dataset* dataset,
                                      const std::optional<transform::CcfOptions>& ccf,
                                      const AugmentationOptions& augmentation,
                                      uint64_t seed, torch::Device device) {
  std::optional<CcfBatchMapper> mapper;
  if (ccf) {
    AIRY_ASSIGN_OR_RETURN(
        mapper, CcfBatchMapper::Create(kInputSize, kInputSize, *ccf, {}, device));
  }
  return BatchMaker(*dataset, std::move(mapper), augmentation, seed, device);
}

BatchMaker::BatchMaker(const Dataset& dataset, std::optional<CcfBatchMapper> ccf,
                       const AugmentationOptions& augmentation, uint64_t seed,
                       torch::Device device)
    : dataset_(&dataset),
      ccf_(std::move(ccf)),
      augmentation_(augmentation),
      seed_(seed),
      device_(device) {}

TrainingBatch BatchMaker::Load(std::span<const int64_t> indices) const {
  const auto n = std::ssize(indices);
  const torch::Tensor images = torch::empty({n, 1, kInputSize, kInputSize});
  const torch::Tensor labels = torch::empty({n, std::ssize(dataset_->classes())});
  float* image = images.data_ptr<float>();
  float* label = labels.data_ptr<float>();
  for (const int64_t index : indices) {
    dataset_->Copy(index, /*symmetry=*/0, /*gain=*/1, image);
    image += kPixelsPerImage;
    const std::span<const uint8_t> truth = dataset_->labels()[static_cast<size_t>(index)];
    label = std::copy(truth.begin(), truth.end(), label);
  }
  return {images.to(device_), labels.to(device_)};
}

torch::Tensor BatchMaker::Show(const torch::Tensor& images, int size) const {
  return AverageDown(ccf_ ? ccf_->Map(images) : images, size);
}

TrainingBatch BatchMaker::Make(std::span<const int64_t> indices, int size) const {
  const TrainingBatch batch = Load(indices);
  return {Show(batch.images, size), batch.labels};
}

TrainingBatch BatchMaker::MakeAugmented(std::span<const int64_t> indices, int size,
                                        int epoch) const {
  std::vector<ImageChange> changes;
  for (const int64_t index : indices) {
    changes.push_back(DrawChange(augmentation_, seed_, epoch, index));
  }
  const TrainingBatch batch = Load(indices);
  return {Show(Augment(batch.images, changes), size), batch.labels};
}

}  // namespace airy::model
