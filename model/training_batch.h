#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "model/augmentation_options.h"
#include "model/batch_loader.h"
#include "model/ccf_batch.h"
#include "model/dataset.h"
#include "preprocess/frame/result.h"

namespace airy::model {

struct TrainingBatch {
  torch::Tensor images;  // [n, 1, size, size] float32 counts, or maps of them
  torch::Tensor labels;  // [n, kClassCount] float32, 0 or 1
};

// Makes what a network is shown of a dataset's images, on its device. Immutable,
// thread-safe.
class BatchMaker {
 public:
  // `dataset` outlives the maker. With `ccf`, maps of the images; errors as
  // CcfBatchMapper::Create.
  static Result<BatchMaker> Create(const Dataset* dataset,
                                   const std::optional<transform::CcfOptions>& ccf,
                                   const AugmentationOptions& augmentation, uint64_t seed,
                                   torch::Device device);

  // Begins to load images in these batches.
  std::unique_ptr<BatchLoader> Load(std::vector<std::vector<int64_t>> batches) const;
  // Images as they are at `size` pixels along an edge, by area average.
  TrainingBatch Make(const LoadedBatch& loaded, int size) const;
  // The same, each image changed as drawn from (seed, epoch, image): it does not matter
  // which others are in the batch.
  TrainingBatch MakeAugmented(const LoadedBatch& loaded, int size, int epoch) const;

 private:
  BatchMaker(const Dataset& dataset, std::optional<CcfBatchMapper> ccf,
             const AugmentationOptions& augmentation, uint64_t seed,
             torch::Device device);

  torch::Tensor ToDevice(const torch::Tensor& loaded) const;
  torch::Tensor Show(const torch::Tensor& images, int size) const;

  const Dataset* dataset_;
  std::optional<CcfBatchMapper> ccf_;
  AugmentationOptions augmentation_;
  uint64_t seed_;
  torch::Device device_;
};

}  // namespace airy::model
