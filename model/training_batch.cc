#include "model/training_batch.h"

#include <utility>

#include "model/augmentation.h"
#include "model/nets/network.h"

namespace airy::model {
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

std::unique_ptr<BatchLoader> BatchMaker::Load(
    std::vector<std::vector<int64_t>> batches) const {
  return std::make_unique<BatchLoader>(*dataset_, std::move(batches),
                                       /*pinned=*/device_.is_cuda());
}

torch::Tensor BatchMaker::ToDevice(const torch::Tensor& loaded) const {
  return loaded.to(torch::TensorOptions(device_), /*non_blocking=*/true);
}

torch::Tensor BatchMaker::Show(const torch::Tensor& images, int size) const {
  return AverageDown(ccf_ ? ccf_->Map(images) : images, size);
}

TrainingBatch BatchMaker::Make(const LoadedBatch& loaded, int size) const {
  return {Show(ToDevice(loaded.images), size), ToDevice(loaded.labels)};
}

TrainingBatch BatchMaker::MakeAugmented(const LoadedBatch& loaded, int size,
                                        int epoch) const {
  std::vector<ImageChange> changes;
  for (const int64_t index : loaded.indices) {
    changes.push_back(DrawChange(augmentation_, seed_, epoch, index));
  }
  return {Show(Augment(ToDevice(loaded.images), changes), size), ToDevice(loaded.labels)};
}

}  // namespace airy::model
