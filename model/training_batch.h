#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <vector>

#include "model/ccf_batch.h"
#include "model/dataset.h"
#include "model/nets/network.h"
#include "model/sample_plan.h"

namespace airy::model {

struct TrainingBatch {
  torch::Tensor images;  // [n, 1, size, size] float32 counts, or maps of them
  torch::Tensor labels;  // [n, kClassCount] float32, 0 or 1
};

// Images `indices` of the dataset, changed as the plan says for this epoch, or with
// `ccf` their maps, at `size` pixels by area average. Images that are mapped keep their
// orientation: their maps do not depend on it.
TrainingBatch MakeBatch(const Dataset& dataset, const SamplePlan& plan, int epoch,
                        std::span<const int64_t> indices, GainRange gains,
                        const CcfBatchMapper* ccf, int size, torch::Device device);

// Probabilities of images `indices` as they are, or of their maps, at `size` pixels. Puts
// the network into evaluation mode.
std::vector<ClassProbabilities> ClassifyAll(const Dataset& dataset,
                                            std::span<const int64_t> indices,
                                            const CcfBatchMapper* ccf, int size,
                                            torch::Device device, Network* network);

}  // namespace airy::model
