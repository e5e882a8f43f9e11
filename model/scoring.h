#pragma once

#include <torch/torch.h>

#include <span>
#include <vector>

#include "model/metrics.h"
#include "model/nets/head.h"
#include "model/nets/network.h"
#include "model/trainer_options.h"
#include "model/training_batch.h"

namespace airy::model {

// A network's outputs for some images, and the truth; on the CPU.
struct Outputs {
  torch::Tensor logits;  // [n, outputs] float32
  torch::Tensor labels;  // [n, kClassCount] float32, 0 or 1
};

// Outputs for images `indices` as they are, `batch` at a time. Puts the network into
// evaluation mode. As Dataset::Read.
Result<Outputs> RunOn(const BatchMaker& batches, std::span<const int64_t> indices,
                      int size, int batch, Network* network);

std::vector<ClassProbabilities> ToProbabilities(Head head, const torch::Tensor& logits);
std::vector<Labels> ToLabels(const torch::Tensor& labels);

// How outputs become answers.
struct Calibration {
  double temperature = 1;  // logits are divided by it
  ClassProbabilities thresholds{};
};

// Temperature with the least negative log-likelihood of the outputs, then thresholds with
// the best F1 of what it gives; each only where the options ask for it, else 1 and 0.5.
Calibration Calibrate(const TrainerOptions& options, const Outputs& outputs);

Metrics MeasureOutputs(Head head, const Outputs& outputs, const Calibration& calibration);

}  // namespace airy::model
