#include "model/scoring.h"

#include <algorithm>

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

ProbabilityTable ToProbabilities(Head head, const torch::Tensor& logits) {
  const torch::Tensor rows = Probabilities(head, logits).contiguous();
  const auto classes = static_cast<size_t>(rows.size(1));
  ProbabilityTable probabilities(classes);
  for (int64_t i = 0; i < rows.size(0); ++i) {
    probabilities.Add({rows[i].data_ptr<float>(), classes});
  }
  return probabilities;
}

LabelTable ToLabels(const torch::Tensor& labels) {
  const torch::Tensor rows = (labels > 0.5).to(torch::kUInt8).contiguous();
  const auto classes = static_cast<size_t>(rows.size(1));
  LabelTable truths(classes);
  for (int64_t i = 0; i < rows.size(0); ++i) {
    truths.Add({rows[i].data_ptr<uint8_t>(), classes});
  }
  return truths;
}

Calibration Uncalibrated(Head head, size_t classes) {
  return {1, head == Head::kSoftmax ? Thresholds() : EqualThresholds(0.5F, classes)};
}

Calibration Calibrate(const TrainerOptions& options, const Outputs& outputs) {
  Calibration calibration =
      Uncalibrated(options.head, static_cast<size_t>(outputs.labels.size(1)));
  if (options.fit_temperature) {
    calibration.temperature = FitTemperature([&](double temperature) {
      return NegativeLogLikelihood(options.head, outputs.logits / temperature,
                                   outputs.labels)
          .mean()
          .item<double>();
    });
  }
  if (options.tune_thresholds && options.head != Head::kSoftmax) {
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
