#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/classifier.h"
#include "model/torch_engine.h"
#include "model/trainer/commands.h"
#include "model/trainer/evaluation_report.h"
#include "model/trainer/input_maker.h"
#include "model/trainer/progress_line.h"
#include "model/trainer/shot_source.h"
#include "preprocess/frame/image.h"
#ifdef AIRY_DRAWS
#include "model/trainer/evaluation_plots.h"
#endif

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"json"};
constexpr std::string_view kValued[] = {"model", "threads", "device", "plots"};

// Adds a row of probabilities for each of these images.
using RunBatch = std::function<Status(std::span<const float* const> images,
                                      model::ProbabilityTable* probabilities)>;

Result<model::ProbabilityTable> Classify(const model::Dataset& dataset,
                                         const std::optional<transform::CcfOptions>& ccf,
                                         int64_t batch, const RunBatch& run) {
  constexpr size_t kPixels = size_t{kInputSize} * kInputSize;
  AIRY_ASSIGN_OR_RETURN(InputMaker inputs, InputMaker::Create(ccf));
  std::vector<float> pixels(static_cast<size_t>(batch) * kPixels);
  model::ProbabilityTable probabilities(dataset.classes().size());
  ProgressLine line("classifying", dataset.size());
  for (int64_t start = 0; start < dataset.size(); start += batch) {
    const int64_t count = std::min(batch, dataset.size() - start);
    std::vector<const float*> images;
    for (int64_t i = 0; i < count; ++i) {
      float* image = pixels.data() + static_cast<size_t>(i) * kPixels;
      AIRY_ASSIGN_OR_RETURN(const auto input, inputs.Make(dataset, start + i));
      std::ranges::copy(input, image);
      images.push_back(image);
    }
    AIRY_TRY(run(images, &probabilities));
    line.Show(start + count);
  }
  return probabilities;
}

// As airyd answers: by the engine, which serves the eleven classes.
Result<model::ProbabilityTable> RunServed(const model::TorchEngineOptions& options,
                                          const model::Dataset& dataset,
                                          ModelReport* report) {
  AIRY_ASSIGN_OR_RETURN(const auto engine, model::CreateTorchEngine(options));
  AIRY_TRY(engine->WarmUp());
  report->device = engine->info().device;
  report->dtype = engine->info().dtype;
  std::vector<ClassProbabilities> rows;
  return Classify(
      dataset, report->info.ccf, engine->max_batch(),
      [&](std::span<const float* const> images, model::ProbabilityTable* probabilities) {
        rows.resize(images.size());
        AIRY_TRY(engine->Run(images, rows));
        for (const ClassProbabilities& row : rows) probabilities->Add(row);
        return OkStatus();
      });
}

Result<model::ProbabilityTable> RunMeasured(const model::TorchEngineOptions& options,
                                            const model::Dataset& dataset,
                                            ModelReport* report) {
  AIRY_ASSIGN_OR_RETURN(const auto classifier,
                        model::Classifier::Create(options.checkpoint, options.device));
  report->device = classifier->device();
  report->dtype = "fp32";
  return Classify(
      dataset, report->info.ccf, options.max_batch,
      [&](std::span<const float* const> images, model::ProbabilityTable* probabilities) {
        return classifier->Run(images, probabilities);
      });
}

// What is wrong with a model, before the work that takes long.
Status CheckModel(const model::TorchEngineOptions& options) {
  AIRY_ASSIGN_OR_RETURN(const auto checkpoint, model::ReadCheckpoint(options.checkpoint));
  if (model::AreTheEleven(checkpoint.info.classes)) {
    return model::CreateTorchEngine(options).status();
  }
  return model::Classifier::Create(options.checkpoint, options.device).status();
}

Status CheckClasses(const ModelReport& one, const model::Dataset& dataset) {
  if (one.info.classes == dataset.classes()) return OkStatus();
  return FailedPrecondition(one.file + ": has the classes '" +
                            model::JoinNames(one.info.classes) + "', but the set '" +
                            dataset.description() + "' has '" +
                            model::JoinNames(dataset.classes()) + "'");
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
  // Few shots need no warm-up for more.
  options.max_batch =
      static_cast<int>(std::clamp<int64_t>(dataset.size(), 1, options.max_batch));
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
    AIRY_TRY(CheckClasses(one, dataset));
    const auto run = model::AreTheEleven(classes) ? RunServed : RunMeasured;
    AIRY_ASSIGN_OR_RETURN(probabilities, run(options, dataset, &one));
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
