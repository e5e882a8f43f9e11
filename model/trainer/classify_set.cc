#include "model/trainer/classify_set.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "model/classifier.h"
#include "model/trainer/input_maker.h"
#include "model/trainer/progress_line.h"
#include "preprocess/frame/image.h"

namespace airy::trainer {
namespace {

using Images = std::span<const float* const>;
// Adds a row of probabilities for each of these images.
using RunBatch =
    std::function<Status(Images images, model::ProbabilityTable* probabilities)>;

Status RunInBatches(const std::optional<transform::CcfOptions>& ccf,
                    const model::Dataset& dataset, std::span<const int64_t> indices,
                    size_t batch, const RunBatch& run,
                    model::ProbabilityTable* probabilities) {
  constexpr size_t kPixels = size_t{kInputSize} * kInputSize;
  AIRY_ASSIGN_OR_RETURN(InputMaker inputs, InputMaker::Create(ccf));
  std::vector<float> pixels(batch * kPixels);
  ProgressLine line("classifying", std::ssize(indices));
  for (size_t start = 0; start < indices.size(); start += batch) {
    const size_t count = std::min(batch, indices.size() - start);
    std::vector<const float*> images;
    for (size_t i = 0; i < count; ++i) {
      float* image = pixels.data() + i * kPixels;
      AIRY_ASSIGN_OR_RETURN(const auto input, inputs.Make(dataset, indices[start + i]));
      std::ranges::copy(input, image);
      images.push_back(image);
    }
    AIRY_TRY(run(images, probabilities));
    line.Show(static_cast<int64_t>(start + count));
  }
  return OkStatus();
}

}  // namespace

Result<SetAnswers> ClassifySet(model::TorchEngineOptions options,
                               const model::CheckpointInfo& info,
                               const model::Dataset& dataset,
                               std::span<const int64_t> indices) {
  if (info.classes != dataset.classes()) {
    return FailedPrecondition(options.checkpoint + ": has the classes '" +
                              model::JoinNames(info.classes) + "', but the set '" +
                              dataset.description() + "' has '" +
                              model::JoinNames(dataset.classes()) + "'");
  }
  // Few images need no warm-up for more.
  options.max_batch =
      static_cast<int>(std::clamp<int64_t>(std::ssize(indices), 1, options.max_batch));
  SetAnswers answers{model::ProbabilityTable(info.classes.size()), {}, {}};
  const auto run_all = [&](size_t batch, const RunBatch& run) {
    return RunInBatches(info.ccf, dataset, indices, batch, run, &answers.probabilities);
  };
  if (!model::AreTheEleven(info.classes)) {
    AIRY_ASSIGN_OR_RETURN(const auto classifier,
                          model::Classifier::Create(options.checkpoint, options.device));
    answers.device = classifier->device();
    answers.dtype = "fp32";
    const auto measure = [&](Images images, model::ProbabilityTable* probabilities) {
      return classifier->Run(images, probabilities);
    };
    AIRY_TRY(run_all(static_cast<size_t>(options.max_batch), measure));
    return answers;
  }
  AIRY_ASSIGN_OR_RETURN(const auto engine, model::CreateTorchEngine(options));
  AIRY_TRY(engine->WarmUp());
  answers.device = engine->info().device;
  answers.dtype = engine->info().dtype;
  std::vector<ClassProbabilities> rows;
  const auto serve = [&](Images images, model::ProbabilityTable* probabilities) {
    rows.resize(images.size());
    AIRY_TRY(engine->Run(images, rows));
    for (const ClassProbabilities& row : rows) probabilities->Add(row);
    return OkStatus();
  };
  AIRY_TRY(run_all(static_cast<size_t>(engine->max_batch()), serve));
  return answers;
}

}  // namespace airy::trainer
