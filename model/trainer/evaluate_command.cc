#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "model/torch_engine.h"
#include "model/trainer/classifier.h"
#include "model/trainer/commands.h"
#include "model/trainer/evaluation_report.h"
#include "model/trainer/shot_source.h"
#ifdef AIRY_DRAWS
#include "model/trainer/evaluation_plots.h"
#endif

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"json"};
constexpr std::string_view kValued[] = {"model", "threads", "device", "plots"};

#ifdef AIRY_DRAWS
// A training's log lies beside its model.
std::string LogBeside(const std::string& model_file) {
  return std::filesystem::path(model_file).replace_extension(".log.jsonl").string();
}

Status SavePlots(const std::string& folder, const ModelReport& report,
                 std::span<const ClassProbabilities> probabilities,
                 std::span<const Labels> labels) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Unavailable(folder + ": " + error.message());
  const auto file = [&](const char* name) {
    return (std::filesystem::path(folder) / name).string();
  };
  const model::Evaluation& evaluation = report.evaluation;
  AIRY_TRY(DrawPrecisionRecall(probabilities, labels, evaluation)
               .SavePng(file("precision-recall.png")));
  AIRY_TRY(DrawReliability(evaluation.reliability).SavePng(file("calibration.png")));
  AIRY_TRY(DrawCombinations(evaluation.combinations).SavePng(file("combinations.png")));
  const std::string log = LogBeside(report.file);
  if (!std::filesystem::exists(log)) return OkStatus();
  AIRY_ASSIGN_OR_RETURN(const auto epochs, ReadTrainingLog(log));
  return DrawTraining(epochs).SavePng(file("training.png"));
}
#endif

// What is wrong with --plots before any work is done.
Status CheckPlots(const Flags& flags, size_t models) {
  if (!flags.Has("plots")) return OkStatus();
#ifndef AIRY_DRAWS
  return FailedPrecondition(
      "option --plots: this airy-trainer was built without OpenCV and draws none");
#endif
  if (models == 1) return OkStatus();
  return InvalidArgument("option --plots draws one --model; were " +
                         std::to_string(models));
}

}  // namespace

Status RunEvaluate(std::span<const char* const> arguments) {
  std::vector<std::string_view> valued(std::begin(kValued), std::end(kValued));
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, kSwitches, valued));
  model::TorchEngineOptions options;
  int threads = 1;
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  flags.Text("device", &options.device);
  std::string models;
  flags.Text("model", &models);
  if (!flags.Has("model")) return InvalidArgument("option --model FILE is missing");
  const std::vector<std::string> files = SplitAt(',', models);
  AIRY_TRY(CheckPlots(flags, files.size()));
  for (const std::string& file : files) {  // before the work that takes long
    options.checkpoint = file;
    if (const auto engine = model::CreateTorchEngine(options); !engine.ok()) {
      return engine.status();
    }
  }

  model::SetIntraOpThreads(1);
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset, LoadShots(flags, threads));
  if (const Status status = CheckLabels(dataset.labels()); !status.ok()) {
    std::fprintf(stderr, "warning: %s\n", status.message().c_str());
  }
  model::SetIntraOpThreads(threads);
  // Few shots need no warm-up for more.
  options.max_batch =
      static_cast<int>(std::clamp<int64_t>(dataset.size(), 1, options.max_batch));
  std::vector<int64_t> all(static_cast<size_t>(dataset.size()));
  std::iota(all.begin(), all.end(), 0);
  EvaluationReport report;
  report.data = dataset.description();
  report.constant = model::EvaluateConstant(dataset.labels());
  std::vector<ClassProbabilities> probabilities;  // of the last model
  for (const std::string& file : files) {
    options.checkpoint = file;
    AIRY_ASSIGN_OR_RETURN(const auto engine, model::CreateTorchEngine(options));
    AIRY_TRY(engine->WarmUp());
    AIRY_ASSIGN_OR_RETURN(probabilities, Classify(dataset, all, engine.get()));
    ModelReport one{file, engine->info(), {}, {}};
    const ClassProbabilities& thresholds = one.info.thresholds;
    one.evaluation = model::Evaluate(probabilities, dataset.labels(), thresholds);
    one.intervals = model::Bootstrap(probabilities, dataset.labels(), thresholds);
    report.models.push_back(std::move(one));
  }
  std::printf("%s", flags.Has("json") ? EvaluationJson(report).c_str()
                                      : EvaluationText(report).c_str());
#ifdef AIRY_DRAWS
  std::string folder;
  flags.Text("plots", &folder);
  if (flags.Has("plots")) {
    return SavePlots(folder, report.models.front(), probabilities, dataset.labels());
  }
#endif
  return OkStatus();
}

}  // namespace airy::trainer
