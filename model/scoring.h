#pragma once

#include <torch/torch.h>

#include <span>
#include <vector>

#include "model/answer_thresholds.h"
#include "model/metrics.h"
#include "model/nets/head.h"
#include "model/nets/network.h"
#include "model/trainer_options.h"
#include "model/training_batch.h"

namespace airy::model {

// A network's outputs for some images, and the truth; on the CPU.
struct Outputs {
  torch::Tensor logits;  // [n, outputs] float32
  torch::Tensor labels;  // [n, classes] float32, 0 or 1
};

// Outputs for images `indices` as they are, `batch` at a time. Puts the network into
// evaluation mode. As Dataset::Read.
Result<Outputs> RunOn(const BatchMaker& batches, std::span<const int64_t> indices,
                      int size, int batch, Network* network);

ProbabilityTable ToProbabilities(Head head, const torch::Tensor& logits);
LabelTable ToLabels(const torch::Tensor& labels);

// How outputs become answers.
struct Calibration {
  double temperature = 1;  // logits are divided by it
  Thresholds thresholds;   // as Answer() takes them: none for a softmax
};

// Of a network that says nothing yet: temperature 1 and thresholds 0.5, none for a
// softmax.
Calibration Uncalibrated(Head head, size_t classes);

// Temperature with the least negative log-likelihood of the outputs, then thresholds with
// the best F1 of what it gives; each only where the options ask for it, else as above.
Calibration Calibrate(const TrainerOptions& options, const Outputs& outputs);

Metrics MeasureOutputs(Head head, const Outputs& outputs, const Calibration& calibration);

}  // namespace airy::model
