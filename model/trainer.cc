#include "model/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "model/checkpoint_maker.h"
#include "model/device.h"
#include "model/epoch_choice.h"
#include "model/epoch_log.h"
#include "model/gradient_step.h"
#include "model/joint_scoring.h"
#include "model/joint_state.h"
#include "model/last_layer.h"
#include "model/loss.h"
#include "model/nets/registry.h"
#include "model/process_sums.h"
#include "model/sample_plan.h"
#include "model/scoring.h"
#include "model/training_batch.h"
#include "model/training_failure.h"
#include "model/training_layout.h"
#include "model/training_schedule.h"
#include "model/training_split.h"
#include "model/training_state.h"
#include "model/weight_average.h"

namespace airy::model {
namespace {

using Clock = std::chrono::steady_clock;
using Callback = std::function<bool(const TrainProgress&)>;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class NetworkTrainer final : public Trainer {
 public:
  NetworkTrainer(const TrainerOptions& options, const Dataset& dataset, Split split,
                 BatchMaker batches, torch::Device device, const ProcessGroup& processes)
      : options_(options),
        dataset_(dataset),
        processes_(processes),
        device_(device),
        plan_(options.seed, std::move(split),
              {options.epoch_images, options.sampling_balance}, dataset.labels()),
        batches_(std::move(batches)),
        schedule_(options, StepShape(options, plan_.epoch_images())) {}

  Status Prepare();
  Result<TrainOutcome> Fit(const Callback& progress) override;

 private:
  Result<TrainOutcome> FitThrowing(const Callback& progress);
  Status Begin();
  Status RunEpoch(const Callback& progress);
  Result<double> RunStep(BatchLoader* loader, int64_t step_of_epoch);
  Status EndEpoch(Clock::time_point start, EpochRecord* record);
  // Whether it is.
  Result<bool> KeepIfBest(const Metrics& metrics);
  Status SaveState() const {
    return options_.state_path.empty() ? OkStatus()
                                       : SaveTrainingState(options_.state_path, state_);
  }

  bool has_validation() const { return !plan_.split().validation.empty(); }
  // Scored after every epoch.
  std::span<const int64_t> watched() const {
    return has_validation() ? plan_.split().validation : plan_.split().test;
  }
  int size() const { return schedule_.size(state_.epochs_done); }

  TrainerOptions options_;
  const Dataset& dataset_;
  const ProcessGroup& processes_;
  const torch::Device device_;
  const SamplePlan plan_;
  const BatchMaker batches_;
  CheckpointMaker checkpoints_{options_, dataset_, plan_, batches_, processes_};
  const TrainingSchedule schedule_;
  std::shared_ptr<Network> network_;
  std::shared_ptr<Network> average_;  // the exponential average of its weights
  std::shared_ptr<Network> best_;
  std::unique_ptr<GradientStep> gradient_;
  TrainingState state_;
};

Status NetworkTrainer::Prepare() {
  AIRY_TRY(CheckParts(processes_, schedule_.shape().batch));
  torch::manual_seed(options_.seed);
  const int outputs = static_cast<int>(dataset_.classes().size());
  for (auto* network : {&network_, &average_, &best_}) {
    AIRY_ASSIGN_OR_RETURN(*network, CreateNetwork(options_.architecture, outputs));
  }
  if (!options_.init.empty()) {
    AIRY_ASSIGN_OR_RETURN(options_.init_sha256,
                          StartFrom(options_.init,
                                    {options_.architecture, options_.ccf, options_.head,
                                     dataset_.classes()},
                                    network_.get()));
  }
  for (auto* network : {&network_, &average_, &best_}) (*network)->to(device_);
  MoveTowards(*network_, /*share=*/1, average_.get());
  return OkStatus();
}

// Where the state says, or at the beginning; with type, layout and optimiser.
Status NetworkTrainer::Begin() {
  state_ = {};
  AIRY_TRY(checkpoints_.Prepare());
  state_.fingerprint = DescribeTraining(options_, checkpoints_.data());
  AIRY_TRY(CheckSameTraining(processes_, state_.fingerprint));
  std::optional<Safetensors> saved;
  if (!options_.state_path.empty() && std::filesystem::exists(options_.state_path)) {
    AIRY_ASSIGN_OR_RETURN(saved, OpenTrainingState(options_.state_path, &state_));
  } else if (processes_.leads()) {
    std::vector<int64_t> few = plan_.split().training;
    few.resize(static_cast<size_t>(std::min<int64_t>(schedule_.shape().batch, 16)));
    AIRY_ASSIGN_OR_RETURN(const LoadedBatch some, batches_.Load({few})->Next());
    state_.dtype =
        ChooseTrainingDtype(options_, batches_.Make(some, schedule_.dominant_size()));
  }
  ShareProgress(processes_, &state_);
  for (auto* network : {&network_, &average_, &best_}) {
    (*network)->set_layout(TrainingLayout(state_.dtype, device_));
  }
  gradient_ = std::make_unique<GradientStep>(
      options_,
      PositiveWeights(dataset_.labels(), plan_.split().training,
                      options_.positive_weight_limit)
          .to(device_),
      network_.get(), processes_);
  state_.network = network_.get();
  state_.average = average_.get();
  state_.best = best_.get();
  state_.optimizer = gradient_->optimizer();
  if (saved) AIRY_TRY(RestoreTrainingState(*saved, &state_));
  ShareWeights(processes_, &state_);
  if (!saved) AIRY_TRY(SaveState());  // an older checkpoint must not seem to be the end
  if (options_.log_path.empty()) return OkStatus();
  return BeginEpochLog(options_.log_path, state_.epochs_done);
}

// One step of the weights and of their average; the mean loss of its passes, which have a
// part of their batch in each process.
Result<double> NetworkTrainer::RunStep(BatchLoader* loader, int64_t step_of_epoch) {
  const StepShape& shape = schedule_.shape();
  const int64_t step = state_.epochs_done * shape.per_epoch + step_of_epoch;
  double loss = 0;
  for (int64_t pass = 0; pass < shape.passes; ++pass) {
    AIRY_ASSIGN_OR_RETURN(const LoadedBatch part, loader->Next());
    const double share =
        static_cast<double>(part.indices.size()) / static_cast<double>(shape.images());
    loss += share * gradient_->Add(
                        batches_.MakeAugmented(part, size(), state_.epochs_done), share);
  }
  loss = gradient_->Join(loss);
  const double rate = schedule_.LearningRate(step);
  if (!std::isfinite(loss)) return NotFinite("loss is", state_.epochs_done + 1, rate);
  gradient_->Apply(rate);
  Follow(*network_, options_.average_decay, step, average_.get());
  return loss;
}

Status NetworkTrainer::RunEpoch(const Callback& progress) {
  const int epoch = state_.epochs_done;
  const StepShape& shape = schedule_.shape();
  std::vector<std::vector<int64_t>> parts =
      InBatches(plan_.EpochOrder(epoch), shape.batch);
  for (std::vector<int64_t>& batch : parts) {
    const auto part = PartOf(processes_, batch);
    batch = {part.begin(), part.end()};
  }
  const auto loader = batches_.Load(std::move(parts));
  const auto start = Clock::now();
  TrainProgress report{.epoch = epoch + 1,
                       .epochs = schedule_.epochs(),
                       .size = size(),
                       .steps = schedule_.steps()};
  double loss_sum = 0;
  // For networks with dropout: theirs, too, is the same after a stop.
  torch::manual_seed(options_.seed + static_cast<uint64_t>(epoch));
  network_->train();
  for (int64_t i = 0; i < shape.per_epoch; ++i) {
    AIRY_ASSIGN_OR_RETURN(const double loss, RunStep(loader.get(), i));
    loss_sum += loss;
    const auto done = static_cast<double>(i + 1);
    report.step = epoch * shape.per_epoch + i + 1;
    report.loss = loss_sum / done;
    report.images_per_s =
        done * static_cast<double>(shape.images()) / SecondsSince(start);
    report.seconds_left = schedule_.StepsLeft(epoch, i + 1) *
                          static_cast<double>(shape.images()) / report.images_per_s;
    if (i + 1 == shape.per_epoch) {
      EpochRecord record{.epoch = epoch + 1,
                         .size = size(),
                         .train_loss = report.loss,
                         .learning_rate = schedule_.LearningRate(report.step - 1),
                         .images_per_s = report.images_per_s,
                         .wait_seconds = loader->seconds_waited()};
      AIRY_TRY(EndEpoch(start, &record));
      report.macro_f1 = record.validation_macro_f1;
    }
    if (!progress(report)) return {StatusCode::kCancelled, "training was stopped"};
  }
  return OkStatus();
}

// Scores the average, keeps it if it is the best, writes log, state and checkpoint: in
// this order, so that whatever a stop leaves undone is done again, and a checkpoint
// without a state is that of a training that has ended.
Status NetworkTrainer::EndEpoch(Clock::time_point start, EpochRecord* record) {
  if (!IsFiniteInHalf(*average_)) {
    return NotFinite("weights are", record->epoch, record->learning_rate);
  }
  AIRY_ASSIGN_OR_RETURN(const Outputs outputs,
                        RunTogether(processes_, batches_, watched(), size(),
                                    options_.batch, average_.get()));
  const Calibration calibration = Calibrate(options_, outputs);
  const Metrics metrics = MeasureOutputs(options_.head, outputs, calibration);
  state_.epochs_done = record->epoch;
  AIRY_ASSIGN_OR_RETURN(const bool is_best, KeepIfBest(metrics));
  record->scored_on = has_validation() ? "validation" : "test";
  record->validation_loss =
      gradient_->Loss(outputs.logits.to(device_), outputs.labels.to(device_))
          .item<double>();
  record->validation_macro_f1 = metrics.MacroF1();
  record->validation_accuracy = metrics.Accuracy();
  record->seconds = SecondsSince(start);
  if (!options_.log_path.empty()) {
    AIRY_TRY(AppendToEpochLog(options_.log_path, *record));
  }
  AIRY_TRY(SaveState());
  if (!is_best || options_.checkpoint_path.empty()) return OkStatus();
  return WriteCheckpoint(
      options_.checkpoint_path,
      checkpoints_.MakeInterim(calibration, metrics,
                               schedule_.size(state_.best_epoch - 1), *best_));
}

Result<bool> NetworkTrainer::KeepIfBest(const Metrics& metrics) {
  state_.maxima.Raise(metrics);
  AIRY_ASSIGN_OR_RETURN(
      const int is_best,
      processes_.FromLead(
          IsBestEpoch(state_, schedule_, has_validation(), metrics.MacroF1()) ? 1 : 0));
  if (is_best == 0) return false;
  state_.best_score = metrics.MacroF1();
  state_.best_epoch = state_.epochs_done;
  MoveTowards(*average_, /*share=*/1, best_.get());
  return true;
}

Result<TrainOutcome> NetworkTrainer::FitThrowing(const Callback& progress) {
  AIRY_TRY(Begin());
  while (!IsOver(state_, schedule_, options_.patience)) AIRY_TRY(RunEpoch(progress));
  AIRY_ASSIGN_OR_RETURN(
      TrainOutcome outcome,
      checkpoints_.MakeFinal(state_, schedule_.size(state_.best_epoch - 1)));
  if (!options_.checkpoint_path.empty()) {
    AIRY_TRY(WriteCheckpoint(options_.checkpoint_path, outcome.checkpoint));
  }
  return outcome;
}

Result<TrainOutcome> NetworkTrainer::Fit(const Callback& progress) {
  try {
    return FitThrowing(progress);
  } catch (const std::exception& error) {
    return ToStatus(
        error, {state_.epochs_done + 1, device_.str(), schedule_.shape().batch, size()});
  }
}

}  // namespace

Result<std::unique_ptr<Trainer>> Trainer::Create(const TrainerOptions& options,
                                                 const Dataset* dataset,
                                                 const ProcessGroup& processes) {
  AIRY_TRY(ValidateTrainerOptions(options));
  AIRY_ASSIGN_OR_RETURN(Split split, SplitForTraining(options, *dataset));
  AIRY_ASSIGN_OR_RETURN(torch::Device device, FindDevice(options.device));
  TrainerOptions own = options;
  if (processes.size() > 1) {
    device = processes.connection()->device();
    if (!processes.leads()) own.state_path = own.checkpoint_path = own.log_path = "";
  }
  AIRY_ASSIGN_OR_RETURN(BatchMaker batches, BatchMaker::Create(dataset, options.ccf,
                                                               AugmentationInUse(options),
                                                               options.seed, device));
  auto trainer = std::make_unique<NetworkTrainer>(own, *dataset, std::move(split),
                                                  std::move(batches), device, processes);
  AIRY_TRY(trainer->Prepare());
  return std::unique_ptr<Trainer>(std::move(trainer));
}

}  // namespace airy::model
