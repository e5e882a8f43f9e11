#include "model/pretrainer.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>

#include "model/device.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/redundancy_loss.h"
#include "model/sample_plan.h"
#include "model/sgd.h"
#include "model/training_batch.h"
#include "model/training_layout.h"
#include "model/training_schedule.h"
#include "model/training_state.h"
#include "model/weight_average.h"

namespace airy::model {
namespace {

using Clock = std::chrono::steady_clock;
using Callback = std::function<bool(const TrainProgress&)>;

// Of a component's correlations with all others together, against that with itself: one
// part in kPretrainingOutputs each.
constexpr double kRedundancyWeight = 1.0 / kPretrainingOutputs;

constexpr char kWithoutLabels[] = "without labels: ";

Split AllForTraining(const Dataset& dataset) {
  Split split;
  split.training.resize(static_cast<size_t>(dataset.size()));
  std::iota(split.training.begin(), split.training.end(), 0);
  return split;
}

class Pretraining {
 public:
  Pretraining(const TrainerOptions& options, const Dataset& dataset, BatchMaker batches,
              torch::Device device)
      : options_(options),
        dataset_(dataset),
        device_(device),
        plan_(options.seed, AllForTraining(dataset),
              {options.epoch_images, /*balance=*/0}, dataset.labels()),
        batches_(std::move(batches)),
        schedule_(options, StepShape(options, plan_.epoch_images())) {}

  Result<PretrainOutcome> Run(const Callback& progress) {
    AIRY_TRY(Begin());
    while (state_.epochs_done < schedule_.epochs()) AIRY_TRY(RunEpoch(progress));
    PretrainOutcome outcome{MakeCheckpoint(), state_.epochs_done, state_.dtype};
    if (!options_.checkpoint_path.empty()) {
      AIRY_TRY(WriteCheckpoint(options_.checkpoint_path, outcome.checkpoint));
    }
    return outcome;
  }

 private:
  Status Begin();
  Status RunEpoch(const Callback& progress);
  double RunStep(const LoadedBatch& loaded, double learning_rate);
  Checkpoint MakeCheckpoint() const;

  const TrainerOptions& options_;
  const Dataset& dataset_;
  const torch::Device device_;
  const SamplePlan plan_;
  const BatchMaker batches_;
  const TrainingSchedule schedule_;
  std::shared_ptr<Network> network_;
  std::unique_ptr<NesterovSgd> optimizer_;
  TrainingState state_;
  std::string data_;  // as CheckpointMaker::data
  InputRange range_;
};

Status Pretraining::Begin() {
  torch::manual_seed(options_.seed);
  AIRY_ASSIGN_OR_RETURN(network_,
                        CreateNetwork(options_.architecture, kPretrainingOutputs));
  network_->to(device_);
  AIRY_ASSIGN_OR_RETURN(const std::string digest, dataset_.Digest());
  data_ = dataset_.description() + " sha256 " + digest;
  AIRY_ASSIGN_OR_RETURN(range_,
                        plan_.InputMeans(dataset_, options_.augmentation.gain > 0
                                                       ? options_.augmentation.gains
                                                       : GainRange{1, 1}));
  state_.fingerprint = kWithoutLabels + DescribeTraining(options_, data_);
  std::optional<Safetensors> saved;
  if (!options_.state_path.empty() && std::filesystem::exists(options_.state_path)) {
    AIRY_ASSIGN_OR_RETURN(saved, OpenTrainingState(options_.state_path, &state_));
  } else {
    std::vector<int64_t> few = plan_.split().training;
    few.resize(static_cast<size_t>(std::min<int64_t>(schedule_.shape().batch, 16)));
    AIRY_ASSIGN_OR_RETURN(const LoadedBatch some, batches_.Load({few})->Next());
    state_.dtype =
        ChooseTrainingDtype(options_, batches_.Make(some, schedule_.dominant_size()));
  }
  network_->set_layout(TrainingLayout(state_.dtype, device_));
  optimizer_ = std::make_unique<NesterovSgd>(*network_, options_.momentum,
                                             ElasticNet{options_.l1, options_.l2});
  optimizer_->ZeroGradients();
  // Nothing is averaged or chosen here.
  state_.network = state_.average = state_.best = network_.get();
  state_.optimizer = optimizer_.get();
  return saved ? RestoreTrainingState(*saved, &state_) : OkStatus();
}

// Both views in one pass, so that normalisations treat them alike.
double Pretraining::RunStep(const LoadedBatch& loaded, double learning_rate) {
  const int epoch = state_.epochs_done;
  const int size = schedule_.size(epoch);
  const torch::Tensor first = batches_.MakeAugmented(loaded, size, 2 * epoch).images;
  const torch::Tensor second = batches_.MakeAugmented(loaded, size, 2 * epoch + 1).images;
  const std::vector<torch::Tensor> embeddings =
      network_->forward(torch::cat({first, second})).chunk(2);
  const torch::Tensor loss =
      RedundancyLoss(embeddings[0], embeddings[1], kRedundancyWeight) /
      kPretrainingOutputs;
  loss.backward();
  optimizer_->Step(learning_rate);
  optimizer_->ZeroGradients();
  return loss.item<double>();
}

Status Pretraining::RunEpoch(const Callback& progress) {
  const int epoch = state_.epochs_done;
  const StepShape& shape = schedule_.shape();
  const auto loader = batches_.Load(InBatches(plan_.EpochOrder(epoch), shape.batch));
  const auto start = Clock::now();
  TrainProgress report{.epoch = epoch + 1,
                       .epochs = schedule_.epochs(),
                       .size = schedule_.size(epoch),
                       .steps = schedule_.steps()};
  double loss_sum = 0;
  torch::manual_seed(options_.seed + static_cast<uint64_t>(epoch));
  network_->train();
  for (int64_t i = 0; i < shape.per_epoch; ++i) {
    const double rate = schedule_.LearningRate(epoch * shape.per_epoch + i);
    AIRY_ASSIGN_OR_RETURN(const LoadedBatch loaded, loader->Next());
    const double loss = RunStep(loaded, rate);
    const bool is_last = i + 1 == shape.per_epoch;
    if (!std::isfinite(loss) || (is_last && !IsFiniteInHalf(*network_))) {
      return DataLoss("loss or weights are no longer finite in epoch " +
                      std::to_string(epoch + 1) +
                      "; lower the learning rate, which was " + std::to_string(rate));
    }
    loss_sum += loss;
    const auto done = static_cast<double>(i + 1);
    report.step = epoch * shape.per_epoch + i + 1;
    report.loss = loss_sum / done;
    report.images_per_s = done * static_cast<double>(shape.images()) /
                          std::chrono::duration<double>(Clock::now() - start).count();
    report.seconds_left = schedule_.StepsLeft(epoch, i + 1) *
                          static_cast<double>(shape.images()) / report.images_per_s;
    if (is_last) {
      state_.epochs_done = state_.best_epoch = epoch + 1;
      state_.best_score = -report.loss;
      if (!options_.state_path.empty()) {
        AIRY_TRY(SaveTrainingState(options_.state_path, state_));
      }
    }
    if (!progress(report)) return {StatusCode::kCancelled, "pre-training was stopped"};
  }
  return OkStatus();
}

Checkpoint Pretraining::MakeCheckpoint() const {
  Checkpoint checkpoint;
  CheckpointInfo& info = checkpoint.info;
  info.architecture = options_.architecture;
  info.version = options_.version;
  info.recipe = kWithoutLabels + DescribeRecipe(options_);
  info.data = data_;
  info.classes.clear();
  for (int i = 0; i < kPretrainingOutputs; ++i) {
    info.classes.push_back("component_" + std::to_string(i));
  }
  info.thresholds.assign(kPretrainingOutputs, 0.5F);
  info.ccf = options_.ccf;
  info.input_size = schedule_.size(schedule_.epochs() - 1);
  info.input_mean_p01 = range_.p01;
  info.input_mean_p99 = range_.p99;
  info.metrics["loss"] = -state_.best_score;
  checkpoint.weights = StoreWeights(*network_, TensorType::kF16);
  return checkpoint;
}

}  // namespace

Status ValidatePretraining(const TrainerOptions& options) {
  AIRY_TRY(ValidateTrainerOptions(options));
  if (options.accumulate != 1 || options.batch < 2) {
    return InvalidArgument(
        "pre-training compares the images of a batch: batch must be at least 2 and "
        "accumulate 1; were " +
        std::to_string(options.batch) + " and " + std::to_string(options.accumulate));
  }
  if (!options.init.empty()) {
    return InvalidArgument("pre-training begins with random weights; init was '" +
                           options.init + "'");
  }
  return OkStatus();
}

Result<PretrainOutcome> Pretrain(const TrainerOptions& options, const Dataset& dataset,
                                 const Callback& progress) {
  AIRY_TRY(ValidatePretraining(options));
  if (dataset.size() < 2) {
    return FailedPrecondition("pre-training needs at least 2 images; had " +
                              std::to_string(dataset.size()));
  }
  AIRY_ASSIGN_OR_RETURN(const torch::Device device, FindDevice(options.device));
  AIRY_ASSIGN_OR_RETURN(BatchMaker batches, BatchMaker::Create(&dataset, options.ccf,
                                                               AugmentationInUse(options),
                                                               options.seed, device));
  try {
    return Pretraining(options, dataset, std::move(batches), device).Run(progress);
  } catch (const std::exception& error) {
    if (!IsOutOfMemory(error)) {
      return Internal("pre-training failed: " + FirstLine(error));
    }
    return ResourceExhausted("memory of " + device.str() + " ran out with batches of " +
                             std::to_string(options.batch) + " images; lower the batch");
  }
}

}  // namespace airy::model
