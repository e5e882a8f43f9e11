#include "model/trainer/run_worker.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <vector>

#include "model/pretrainer.h"
#include "model/split.h"
#include "model/studies/pattern_features.h"
#include "model/torch_engine.h"
#include "model/trainer/classify_set.h"
#include "model/trainer/progress_line.h"
#ifdef AIRY_DRAWS
#include "model/studies/svm_baseline.h"
#endif

namespace airy::trainer {
namespace {

using model::Dataset;
using model::Split;
using studies::RunPlan;
using studies::RunRecord;

constexpr const char kModel[] = "model.safetensors";

model::LabelTable LabelsOf(const Dataset& set, std::span<const int64_t> images) {
  model::LabelTable labels(set.classes().size());
  for (const int64_t index : images) {
    labels.Add(set.labels()[static_cast<size_t>(index)]);
  }
  return labels;
}

RunRecord ScoreConstant(const Dataset& set, const Split& split) {
  RunRecord record;
  Add(model::MeasureConstantAnswer(LabelsOf(set, split.test), set.classes()), &record);
  record.device = "-";
  return record;
}

Result<RunRecord> ScoreReference(const RunPlan& plan, const Dataset& set,
                                 const Split& split) {
  AIRY_ASSIGN_OR_RETURN(const auto checkpoint, model::ReadCheckpoint(plan.model));
  AIRY_ASSIGN_OR_RETURN(
      const SetAnswers answers,
      ClassifySet({.checkpoint = plan.model, .device = plan.options.device},
                  checkpoint.info, set, split.test));
  RunRecord record;
  Add(model::Measure(answers.probabilities, LabelsOf(set, split.test),
                     checkpoint.info.answer_thresholds()),
      &record);
  record.device = answers.device + " " + answers.dtype;
  return record;
}

#ifdef AIRY_DRAWS
// Recipes without validation images give up a tenth of the training images for them: no
// test image may choose.
Result<Split> WithValidation(const RunPlan& plan, const Dataset& set, Split split) {
  if (!split.validation.empty()) return split;
  AIRY_ASSIGN_OR_RETURN(
      const Split again,
      model::SplitByLabels(LabelsOf(set, split.training), {.validation = 0.1, .test = 0},
                           plan.options.seed));
  const auto of = [&split](const std::vector<int64_t>& places) {
    std::vector<int64_t> images;
    for (const int64_t place : places) {
      images.push_back(split.training[static_cast<size_t>(place)]);
    }
    return images;
  };
  return Split{of(again.training), of(again.validation), split.test};
}

Result<RunRecord> LearnSvm(const RunPlan& plan, const Dataset& set, const Split& split) {
  AIRY_ASSIGN_OR_RETURN(const Split parts, WithValidation(plan, set, split));
  std::vector<std::vector<float>> features;
  std::vector<float> pixels(size_t{kInputSize} * kInputSize);
  ProgressLine line("measuring", set.size());
  for (int64_t i = 0; i < set.size(); ++i) {
    AIRY_TRY(set.Read(i, pixels));
    features.push_back(studies::PatternFeatures(pixels));
    line.Show(i + 1);
  }
  AIRY_ASSIGN_OR_RETURN(const studies::SvmOutcome outcome,
                        studies::TrainSvm(features, set.labels(), parts));
  RunRecord record;
  Add(outcome.test, &record);
  record.figures["c"] = outcome.c;
  record.figures["gamma"] = outcome.gamma;
  record.device = "cpu";
  return record;
}
#else
Result<RunRecord> LearnSvm(const RunPlan&, const Dataset&, const Split&) {
  return FailedPrecondition(
      "this airy-trainer was built without OpenCV and has no kernel SVM");
}
#endif

// Where a training keeps what in its folder, and what it starts from in another.
model::TrainerOptions OptionsIn(const std::string& folder, const RunPlan& plan) {
  const std::filesystem::path own(folder);
  model::TrainerOptions options = plan.options;
  if (!plan.start.empty()) {
    options.init = (own.parent_path() / plan.start / kModel).string();
  }
  if (plan.timing_only) return options;
  options.state_path = (own / "state.safetensors").string();
  options.checkpoint_path = (own / kModel).string();
  options.log_path = (own / "log.jsonl").string();
  return options;
}

// What records of all trainings have. The state has served.
Status Finish(const model::TrainerOptions& options, const std::string& dtype,
              std::span<const double> speeds, RunRecord* record) {
  if (!speeds.empty()) {  // else all epochs were done by an earlier process
    record->figures["images_per_s"] = std::accumulate(speeds.begin(), speeds.end(), 0.0) /
                                      static_cast<double>(speeds.size());
  }
  AIRY_ASSIGN_OR_RETURN(const std::string device, model::NameOfDevice(options.device));
  record->device = device + " " + dtype;
  std::error_code ignored;
  std::filesystem::remove(options.state_path, ignored);
  return OkStatus();
}

}  // namespace

bool EndsEpoch(const model::TrainProgress& progress) {
  return progress.step * progress.epochs == progress.steps * progress.epoch;
}

Result<RunRecord> RunWorker::Train(const RunPlan& plan, const std::string& folder,
                                   const Position& position, const Dataset& set) {
  const model::TrainerOptions options = OptionsIn(folder, plan);
  AIRY_ASSIGN_OR_RETURN(const auto trainer, model::Trainer::Create(options, &set));
  std::vector<double> speeds;  // of epochs
  AIRY_ASSIGN_OR_RETURN(const model::TrainOutcome outcome,
                        trainer->Fit([&](const model::TrainProgress& progress) {
                          if (EndsEpoch(progress)) {
                            speeds.push_back(progress.images_per_s);
                          }
                          return progress_(plan, position, progress);
                        }));
  RunRecord record;
  const bool has_figures = plan.kind == RunPlan::Kind::kTraining && !plan.timing_only;
  if (outcome.test && has_figures) Add(outcome.test->model, &record);
  if (outcome.maxima && has_figures) {
    record.figures["maximum_accuracy"] = outcome.maxima->accuracy;
    record.figures["maximum_precision"] = outcome.maxima->precision;
    record.figures["maximum_recall"] = outcome.maxima->recall;
  }
  record.figures["epochs"] = outcome.epochs_done;
  AIRY_TRY(Finish(options, outcome.dtype, speeds, &record));
  return record;
}

Result<RunRecord> RunWorker::PretrainUnlabelled(const RunPlan& plan,
                                                const std::string& folder,
                                                const Position& position,
                                                const Dataset& set) {
  const model::TrainerOptions options = OptionsIn(folder, plan);
  std::vector<double> speeds;  // of epochs
  AIRY_ASSIGN_OR_RETURN(
      const model::PretrainOutcome outcome,
      model::Pretrain(options, set, [&](const model::TrainProgress& progress) {
        if (EndsEpoch(progress)) speeds.push_back(progress.images_per_s);
        return progress_(plan, position, progress);
      }));
  RunRecord record;
  record.figures["epochs"] = outcome.epochs_done;
  record.figures["loss"] = outcome.checkpoint.info.metrics.at("loss");
  AIRY_TRY(Finish(options, outcome.dtype, speeds, &record));
  return record;
}

Result<RunRecord> RunWorker::Do(const RunPlan& plan, const std::string& folder,
                                const Position& position) {
  using Kind = RunPlan::Kind;
  if (plan.kind == Kind::kPretraining) {
    AIRY_ASSIGN_OR_RETURN(const Dataset own,
                          simulate_(plan.pretraining_seed, plan.shots));
    auto record = plan.without_labels ? PretrainUnlabelled(plan, folder, position, own)
                                      : Train(plan, folder, position, own);
    AIRY_TRY(record.status());
    record->set = own.description();
    return record;
  }
  AIRY_ASSIGN_OR_RETURN(const Dataset* set, shots_.With(plan.shots, plan.noise));
  const auto score = [&]() -> Result<RunRecord> {
    if (plan.kind == Kind::kTraining) return Train(plan, folder, position, *set);
    AIRY_ASSIGN_OR_RETURN(
        const Split split,
        model::SplitByLabels(set->labels(), plan.options.shares, plan.options.seed));
    switch (plan.kind) {
      case Kind::kReference:
        return ScoreReference(plan, *set, split);
      case Kind::kSvm:
        return LearnSvm(plan, *set, split);
      default:
        return ScoreConstant(*set, split);
    }
  };
  AIRY_ASSIGN_OR_RETURN(RunRecord record, score());
  record.set = set->description();
  return record;
}

}  // namespace airy::trainer
