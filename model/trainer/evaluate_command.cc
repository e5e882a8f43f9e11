#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "model/classifier.h"
#include "model/torch_engine.h"
#include "model/trainer/classify_set.h"
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

// What is wrong with a model, before the work that takes long.
Status CheckModel(const model::TorchEngineOptions& options) {
  AIRY_ASSIGN_OR_RETURN(const auto checkpoint, model::ReadCheckpoint(options.checkpoint));
  if (model::AreTheEleven(checkpoint.info.classes)) {
    return model::CreateTorchEngine(options).status();
  }
  return model::Classifier::Create(options.checkpoint, options.device).status();
}

#ifdef AIRY_DRAWS
// A training's log lies beside its model.
std::string LogBeside(const std::string& model_file) {
  return std::filesystem::path(model_file).replace_extension(".log.jsonl").string();
}

Status SavePlots(const std::string& folder, const ModelReport& report,
                 model::ProbabilityRows probabilities, model::LabelRows labels) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Unavailable(folder + ": " + error.message());
  const auto file = [&](const char* name) {
    return (std::filesystem::path(folder) / name).string();
  };
  const model::Evaluation& evaluation = report.evaluation;
  AIRY_TRY(DrawPrecisionRecall(probabilities, labels, evaluation)
               .SavePng(file("precision-recall.png")));
  AIRY_TRY(DrawReliability(evaluation.reliability, evaluation.classes)
               .SavePng(file("calibration.png")));
  AIRY_TRY(DrawCombinations(evaluation.combinations, evaluation.classes)
               .SavePng(file("combinations.png")));
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
  for (const std::string& file : files) {
    options.checkpoint = file;
    AIRY_TRY(CheckModel(options));
  }

  model::SetIntraOpThreads(1);
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset, LoadShots(flags, threads));
  const model::ClassList& classes = dataset.classes();
  const Status status =
      model::AreTheEleven(classes) ? model::CheckRules(dataset.labels()) : OkStatus();
  if (!status.ok()) {
    std::fprintf(stderr, "warning: %s\n", status.message().c_str());
  }
  model::SetIntraOpThreads(threads);
  std::vector<int64_t> all(static_cast<size_t>(dataset.size()));
  std::iota(all.begin(), all.end(), 0);
  EvaluationReport report;
  report.data = dataset.description();
  report.constant = model::EvaluateConstant(dataset.labels(), classes);
  model::ProbabilityTable probabilities(classes.size());  // of the last model
  for (const std::string& file : files) {
    options.checkpoint = file;
    AIRY_ASSIGN_OR_RETURN(model::Checkpoint checkpoint, model::ReadCheckpoint(file));
    ModelReport one;
    one.file = file;
    one.info = std::move(checkpoint.info);
    one.sha256 = std::move(checkpoint.sha256);
    AIRY_ASSIGN_OR_RETURN(SetAnswers answers,
                          ClassifySet(options, one.info, dataset, all));
    probabilities = std::move(answers.probabilities);
    one.device = std::move(answers.device);
    one.dtype = std::move(answers.dtype);
    const std::span<const float> thresholds = one.info.answer_thresholds();
    one.evaluation = Evaluate(probabilities, dataset.labels(), thresholds, classes);
    one.intervals = Bootstrap(probabilities, dataset.labels(), thresholds);
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
