#include "model/checkpoint_maker.h"

#include "model/answer_thresholds.h"
#include "model/joint_scoring.h"
#include "model/last_layer.h"
#include "model/nets/weights.h"
#include "model/weight_average.h"

namespace airy::model {
namespace {

constexpr const char kTestPrefix[] = "test_";

void AddFigures(const std::string& prefix, const Metrics& metrics,
                std::map<std::string, double>* figures) {
  (*figures)[prefix + "accuracy"] = metrics.Accuracy();
  (*figures)[prefix + "precision"] = metrics.Precision();
  (*figures)[prefix + "recall"] = metrics.Recall();
  (*figures)[prefix + "macro_f1"] = metrics.MacroF1();
  (*figures)[prefix + "images"] = static_cast<double>(metrics.images);
}

}  // namespace

Status CheckpointMaker::Prepare() {
  AIRY_ASSIGN_OR_RETURN(const std::string digest, dataset_.Digest());
  data_ = dataset_.description() + " sha256 " + digest;
  const bool has_gains = options_.augmentation.gain > 0;
  AIRY_ASSIGN_OR_RETURN(
      range_, plan_.InputMeans(
                  dataset_, has_gains ? options_.augmentation.gains : GainRange{1, 1}));
  return OkStatus();
}

Checkpoint CheckpointMaker::Make(const Calibration& calibration,
                                 const std::map<std::string, double>& figures, int size,
                                 const Network& network) const {
  Checkpoint checkpoint;
  CheckpointInfo& info = checkpoint.info;
  info.architecture = options_.architecture;
  info.head = options_.head;
  info.version = options_.version;
  info.recipe = DescribeRecipe(options_);
  info.data = data_;
  info.classes = dataset_.classes();
  info.thresholds = calibration.thresholds;
  if (options_.head == Head::kSoftmax) {
    info.thresholds = EqualThresholds(0.5F, info.classes.size());
  }
  info.temperature = static_cast<float>(calibration.temperature);
  info.ccf = options_.ccf;
  info.input_size = size;
  info.input_mean_p01 = range_.p01;
  info.input_mean_p99 = range_.p99;
  info.metrics = figures;
  checkpoint.weights = StoreWeights(network, TensorType::kF16);
  FoldTemperature(calibration.temperature, network, &checkpoint.weights);
  return checkpoint;
}

Checkpoint CheckpointMaker::MakeInterim(const Calibration& calibration,
                                        const Metrics& watched, int size,
                                        const Network& network) const {
  std::map<std::string, double> figures;
  AddFigures(plan_.split().validation.empty() ? kTestPrefix : "", watched, &figures);
  return Make(calibration, figures, size, network);
}

PartMetrics CheckpointMaker::Score(const Outputs& outputs,
                                   const Calibration& calibration) const {
  return {MeasureOutputs(options_.head, outputs, calibration),
          MeasureConstantAnswer(ToLabels(outputs.labels), dataset_.classes())};
}

Result<TrainOutcome> CheckpointMaker::MakeFinal(const TrainingState& state,
                                                int size) const {
  const auto run_on = [&](std::span<const int64_t> indices) {
    return RunTogether(processes_, batches_, indices, size, options_.batch,
                       state.average);
  };
  TrainOutcome outcome;
  outcome.dtype = state.dtype;
  outcome.epochs_done = state.epochs_done;
  outcome.best_epoch = state.best_epoch;
  Calibration calibration = Uncalibrated(options_.head, dataset_.classes().size());
  std::map<std::string, double> figures;
  if (!plan_.split().validation.empty()) {
    MoveTowards(*state.best, /*share=*/1, state.average);
    AIRY_ASSIGN_OR_RETURN(const Outputs outputs, run_on(plan_.split().validation));
    calibration = Calibrate(options_, outputs);
    outcome.validation = Score(outputs, calibration);
    AddFigures("", outcome.validation->model, &figures);
  } else {
    outcome.maxima = state.maxima;
    figures["maximum_accuracy"] = state.maxima.accuracy;
    figures["maximum_precision"] = state.maxima.precision;
    figures["maximum_recall"] = state.maxima.recall;
  }
  outcome.thresholds = calibration.thresholds;
  outcome.checkpoint = Make(calibration, figures, size, *state.best);
  if (!plan_.split().test.empty()) {
    AIRY_TRY(LoadWeights(outcome.checkpoint.weights, state.average));
    calibration.temperature = 1;  // these weights hold it
    AIRY_ASSIGN_OR_RETURN(const Outputs outputs, run_on(plan_.split().test));
    outcome.test = Score(outputs, calibration);
    AddFigures(kTestPrefix, outcome.test->model, &outcome.checkpoint.info.metrics);
  }
  return outcome;
}

}  // namespace airy::model
