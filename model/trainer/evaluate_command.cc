#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "model/metrics.h"
#include "model/torch_engine.h"
#include "model/trainer/commands.h"
#include "model/trainer/input_maker.h"
#include "model/trainer/report.h"
#include "model/trainer/shot_source.h"
#include "preprocess/frame/image.h"

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"json"};
constexpr std::string_view kValued[] = {"model", "threads", "device"};

Result<std::vector<ClassProbabilities>> Classify(const model::Dataset& dataset,
                                                 model::Engine* engine) {
  constexpr size_t kPixels = size_t{kInputSize} * kInputSize;
  const int64_t batch = engine->max_batch();
  AIRY_ASSIGN_OR_RETURN(InputMaker inputs, InputMaker::Create(engine->info().ccf));
  std::vector<float> pixels(static_cast<size_t>(batch) * kPixels);
  std::vector<ClassProbabilities> probabilities(static_cast<size_t>(dataset.size()));
  for (int64_t start = 0; start < dataset.size(); start += batch) {
    const int64_t count = std::min(batch, dataset.size() - start);
    std::vector<const float*> images;
    for (int64_t i = 0; i < count; ++i) {
      float* image = pixels.data() + static_cast<size_t>(i) * kPixels;
      std::ranges::copy(inputs.Make(dataset, start + i), image);
      images.push_back(image);
    }
    AIRY_TRY(engine->Run(
        images,
        std::span(probabilities).subspan(static_cast<size_t>(start), images.size())));
  }
  return probabilities;
}

}  // namespace

Status RunEvaluate(std::span<const char* const> arguments) {
  std::vector<std::string_view> valued(std::begin(kValued), std::end(kValued));
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, kSwitches, valued));
  model::TorchEngineOptions options;
  int threads = 1;
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  flags.Text("model", &options.checkpoint);
  flags.Text("device", &options.device);
  if (!flags.Has("model")) return InvalidArgument("option --model FILE is missing");

  model::SetIntraOpThreads(1);
  AIRY_ASSIGN_OR_RETURN(const auto engine, model::CreateTorchEngine(options));
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset, LoadShots(flags, threads));
  model::SetIntraOpThreads(threads);
  AIRY_TRY(engine->WarmUp());
  AIRY_ASSIGN_OR_RETURN(const auto probabilities, Classify(dataset, engine.get()));

  const ClassProbabilities& thresholds = engine->info().thresholds;
  const model::Metrics metrics =
      model::Measure(probabilities, dataset.labels(), thresholds);
  const model::Metrics constant = model::MeasureConstantAnswer(dataset.labels());
  std::printf("%s", flags.Has("json")
                        ? MetricsJson(metrics, constant, thresholds).c_str()
                        : MetricsTable(metrics, constant, thresholds).c_str());
  return OkStatus();
}

}  // namespace airy::trainer
