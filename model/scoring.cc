#include "model/scoring.h"

#include <algorithm>

#include "model/answer_thresholds.h"
#include "model/temperature.h"

namespace airy::model {

Result<Outputs> RunOn(const BatchMaker& batches, std::span<const int64_t> indices,
                      int size, int batch, Network* network) {
  const torch::NoGradGuard no_grad;
  network->eval();
  std::vector<torch::Tensor> logits;
  std::vector<torch::Tensor> labels;
  const auto loader = batches.Load(InBatches(indices, batch));
  while (!loader->is_done()) {
    AIRY_ASSIGN_OR_RETURN(const LoadedBatch loaded, loader->Next());
    const TrainingBatch shown = batches.Make(loaded, size);
    logits.push_back(network->forward(shown.images).to(torch::kCPU));
    labels.push_back(loaded.labels);
  }
  return Outputs{torch::cat(logits), torch::cat(labels)};
}

std::vector<ClassProbabilities> ToProbabilities(Head head, const torch::Tensor& logits) {
  const torch::Tensor rows = Probabilities(head, logits).contiguous();
  std::vector<ClassProbabilities> probabilities(static_cast<size_t>(rows.size(0)));
  const float* row = rows.data_ptr<float>();
  for (ClassProbabilities& one : probabilities) {
    std::copy_n(row, kClassCount, one.begin());
    row += kClassCount;
  }
  return probabilities;
}

std::vector<Labels> ToLabels(const torch::Tensor& labels) {
  std::vector<Labels> truths(static_cast<size_t>(labels.size(0)));
  const torch::Tensor rows = labels.contiguous();
  const float* row = rows.data_ptr<float>();
  for (Labels& truth : truths) {
    std::transform(row, row + kClassCount, truth.begin(),
                   [](float value) { return static_cast<uint8_t>(value > 0.5F); });
    row += kClassCount;
  }
  return truths;
}

Calibration Calibrate(const TrainerOptions& options, const Outputs& outputs) {
  Calibration calibration{1, EqualThresholds(0.5F)};
  if (options.fit_temperature) {
    calibration.temperature = FitTemperature([&](double temperature) {
      return NegativeLogLikelihood(options.head, outputs.logits / temperature,
                                   outputs.labels)
          .mean()
          .item<double>();
    });
  }
  if (options.tune_thresholds) {
    const auto tune =
        options.head == Head::kStructured ? TuneConsistentThresholds : TuneThresholds;
    calibration.thresholds =
        tune(ToProbabilities(options.head, outputs.logits / calibration.temperature),
             ToLabels(outputs.labels));
  }
  return calibration;
}

Metrics MeasureOutputs(Head head, const Outputs& outputs,
                       const Calibration& calibration) {
  return Measure(ToProbabilities(head, outputs.logits / calibration.temperature),
                 ToLabels(outputs.labels), calibration.thresholds);
}

}  // namespace airy::model
