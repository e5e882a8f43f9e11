#include "model/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>

#include "model/ccf_batch.h"
#include "model/device.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/sample_plan.h"
#include "model/sgd.h"
#include "model/training_batch.h"
#include "model/training_schedule.h"
#include "model/training_state.h"

namespace airy::model {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Adds a batch's worth of `network` to its exponential average.
void UpdateAverage(const Network& network, double decay, Network* average) {
  const torch::NoGradGuard no_grad;
  const auto source = NamedState(network);
  const auto target = NamedState(*average);
  for (size_t i = 0; i < source.size(); ++i) {
    torch::Tensor tensor = target[i].second;
    tensor.lerp_(source[i].second, 1 - decay);
  }
}

class NetworkTrainer final : public Trainer {
 public:
  NetworkTrainer(const TrainerOptions& options, const Dataset& dataset,
                 torch::Device device)
      : options_(options),
        dataset_(dataset),
        device_(device),
        plan_(options.seed, dataset.size(), options.validation_share),
        schedule_(options, batches_per_epoch()) {}

  Status Prepare();
  Result<TrainOutcome> Fit(
      const std::function<bool(const TrainProgress&)>& progress) override;

 private:
  using Callback = std::function<bool(const TrainProgress&)>;

  Result<TrainOutcome> FitThrowing(const Callback& progress);
  Status RunEpoch(int epoch, int size, const Callback& progress);
  torch::Tensor Loss(Network* network, int epoch, std::span<const int64_t> indices,
                     int size) const;
  double TimeStep(const ComputeLayout& layout) const;
  void ChooseLayout();
  torch::Tensor PositiveWeights() const;
  std::vector<ClassProbabilities> ClassifyValidation(int size) const;
  std::vector<Labels> ValidationLabels() const;
  Checkpoint MakeCheckpoint(const ClassProbabilities& thresholds,
                            const Metrics& tuned) const;

  int64_t batch() const {
    return std::min<int64_t>(options_.batch, std::ssize(plan_.training()));
  }
  int64_t batches_per_epoch() const { return std::ssize(plan_.training()) / batch(); }
  const CcfBatchMapper* ccf() const { return ccf_ ? &*ccf_ : nullptr; }
  GainRange gains() const { return {options_.gain_low, options_.gain_high}; }

  const TrainerOptions options_;
  const Dataset& dataset_;
  const torch::Device device_;
  const SamplePlan plan_;
  const TrainingSchedule schedule_;
  std::optional<CcfBatchMapper> ccf_;
  torch::Tensor positive_weights_;
  std::shared_ptr<Network> network_;
  std::shared_ptr<Network> average_;
  std::unique_ptr<NesterovSgd> optimizer_;
  ComputeLayout layout_;
};

Status NetworkTrainer::Prepare() {
  torch::manual_seed(options_.seed);
  AIRY_ASSIGN_OR_RETURN(network_, CreateNetwork(options_.architecture));
  AIRY_ASSIGN_OR_RETURN(average_, CreateNetwork(options_.architecture));
  network_->to(device_);
  average_->to(device_);
  UpdateAverage(*network_, /*decay=*/0, average_.get());
  positive_weights_ = PositiveWeights().to(device_);
  if (options_.ccf) {
    AIRY_ASSIGN_OR_RETURN(
        ccf_, CcfBatchMapper::Create(kInputSize, kInputSize, *options_.ccf, {}, device_));
  }
  return OkStatus();
}

torch::Tensor NetworkTrainer::PositiveWeights() const {
  std::vector<double> weights;
  for (size_t c = 0; c < kClassCount; ++c) {
    double positives = 0;
    for (const int64_t i : plan_.training()) {
      positives += dataset_.labels()[static_cast<size_t>(i)][c];
    }
    const double negatives = static_cast<double>(plan_.training().size()) - positives;
    weights.push_back(std::clamp(std::sqrt(negatives / std::max(positives, 1.0)), 1.0,
                                 options_.positive_weight_limit));
  }
  return torch::tensor(weights, torch::kFloat32);
}

torch::Tensor NetworkTrainer::Loss(Network* network, int epoch,
                                   std::span<const int64_t> indices, int size) const {
  const TrainingBatch batch =
      MakeBatch(dataset_, plan_, epoch, indices, gains(), ccf(), size, device_);
  return torch::binary_cross_entropy_with_logits(
      network->forward(batch.images), batch.labels, /*weight=*/{}, positive_weights_);
}

// Seconds for a forward and a backward pass at the size most time is spent on.
double NetworkTrainer::TimeStep(const ComputeLayout& layout) const {
  constexpr int kRepeats = 3;
  const std::shared_ptr<Network> scratch = CreateNetwork(options_.architecture).value();
  scratch->to(device_);
  scratch->set_layout(layout);
  const auto indices = std::span(plan_.training())
                           .first(static_cast<size_t>(std::min<int64_t>(batch(), 16)));
  double best = std::numeric_limits<double>::infinity();
  try {
    for (int i = 0; i < kRepeats; ++i) {
      const auto start = Clock::now();
      Loss(scratch.get(), /*epoch=*/0, indices, schedule_.dominant_size()).backward();
      best = std::min(best, SecondsSince(start));
    }
  } catch (const c10::Error&) {  // a type this processor has no kernels for
  }
  return best;
}

void NetworkTrainer::ChooseLayout() {
  // Each type in the memory format it trains fastest in (README).
  const ComputeLayout bf16{torch::kBFloat16, torch::MemoryFormat::ChannelsLast};
  const ComputeLayout fp32{torch::kFloat32, torch::MemoryFormat::Contiguous};
  if (options_.dtype == Dtype::kAuto) {
    layout_ = TimeStep(bf16) < TimeStep(fp32) ? bf16 : fp32;
  } else {
    layout_ = options_.dtype == Dtype::kBf16 ? bf16 : fp32;
  }
  network_->set_layout(layout_);
  average_->set_layout(layout_);
}

Status NetworkTrainer::RunEpoch(int epoch, int size, const Callback& progress) {
  const std::vector<int64_t> order = plan_.EpochOrder(epoch);
  TrainProgress report;
  report.epoch = epoch + 1;
  report.epochs = schedule_.epochs();
  report.size = size;
  report.steps = schedule_.steps();
  double loss_sum = 0;
  const auto start = Clock::now();
  network_->train();
  for (int64_t i = 0; i < batches_per_epoch(); ++i) {
    const int64_t step = epoch * batches_per_epoch() + i;
    optimizer_->ZeroGradients();
    torch::Tensor loss = Loss(network_.get(), epoch,
                              std::span(order).subspan(static_cast<size_t>(i * batch()),
                                                       static_cast<size_t>(batch())),
                              size);
    loss.backward();
    const auto value = loss.item<double>();
    if (!std::isfinite(value)) {
      return DataLoss("loss is no longer finite in epoch " + std::to_string(epoch + 1) +
                      "; lower the learning rate, which was " +
                      std::to_string(schedule_.LearningRate(step)));
    }
    optimizer_->Step(schedule_.LearningRate(step));
    // Young averages look back less far, else they would remember the random start.
    const double young =
        (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step));
    UpdateAverage(*network_, std::min(options_.average_decay, young), average_.get());

    loss_sum += value;
    const auto done = static_cast<double>(i + 1);
    report.step = step + 1;
    report.loss = loss_sum / done;
    report.images_per_s = done * static_cast<double>(batch()) / SecondsSince(start);
    report.seconds_left = schedule_.BatchesLeft(epoch, i + 1) *
                          static_cast<double>(batch()) / report.images_per_s;
    if (i + 1 == batches_per_epoch()) {
      report.validation_macro_f1 =
          Measure(ClassifyValidation(size), ValidationLabels(), EqualThresholds(0.5F))
              .MacroF1();
    }
    if (!progress(report)) return {StatusCode::kCancelled, "training was stopped"};
  }
  return OkStatus();
}

std::vector<ClassProbabilities> NetworkTrainer::ClassifyValidation(int size) const {
  return ClassifyAll(dataset_, plan_.validation(), ccf(), size, device_, average_.get());
}

std::vector<Labels> NetworkTrainer::ValidationLabels() const {
  std::vector<Labels> labels;
  for (const int64_t index : plan_.validation()) {
    labels.push_back(dataset_.labels()[static_cast<size_t>(index)]);
  }
  return labels;
}

Checkpoint NetworkTrainer::MakeCheckpoint(const ClassProbabilities& thresholds,
                                          const Metrics& tuned) const {
  Checkpoint checkpoint;
  CheckpointInfo& info = checkpoint.info;
  info.architecture = options_.architecture;
  info.version = options_.version;
  info.recipe = DescribeRecipe(options_);
  info.data = dataset_.description();
  info.thresholds.assign(thresholds.begin(), thresholds.end());
  info.ccf = options_.ccf;
  const InputRange range = plan_.InputMeans(dataset_, gains());
  info.input_mean_p01 = range.p01;
  info.input_mean_p99 = range.p99;
  info.metrics = {{"accuracy", tuned.Accuracy()},
                  {"precision", tuned.Precision()},
                  {"recall", tuned.Recall()},
                  {"macro_f1", tuned.MacroF1()},
                  {"images", static_cast<double>(tuned.images)}};
  checkpoint.weights = StoreWeights(*average_, TensorType::kF16);
  return checkpoint;
}

Result<TrainOutcome> NetworkTrainer::FitThrowing(const Callback& progress) {
  ChooseLayout();
  optimizer_ =
      std::make_unique<NesterovSgd>(*network_, options_.momentum, options_.weight_decay);
  TrainingState state{DescribeRecipe(options_) + " | " + dataset_.description(), 0,
                      network_.get(), average_.get(), optimizer_.get()};
  if (!options_.state_path.empty() && std::filesystem::exists(options_.state_path)) {
    AIRY_TRY(LoadTrainingState(options_.state_path, &state));
  }
  for (int epoch = state.epochs_done; epoch < schedule_.epochs(); ++epoch) {
    AIRY_TRY(RunEpoch(epoch, schedule_.size(epoch), progress));
    state.epochs_done = epoch + 1;
    if (!options_.state_path.empty()) {
      AIRY_TRY(SaveTrainingState(options_.state_path, state));
    }
  }
  const std::vector<Labels> labels = ValidationLabels();
  const auto probabilities = ClassifyValidation(schedule_.size(schedule_.epochs() - 1));
  const ClassProbabilities thresholds = TuneThresholds(probabilities, labels);
  TrainOutcome outcome;
  outcome.at_half = Measure(probabilities, labels, EqualThresholds(0.5F));
  outcome.tuned = Measure(probabilities, labels, thresholds);
  outcome.constant = MeasureConstantAnswer(labels);
  outcome.dtype = layout_.type == torch::kBFloat16 ? "bf16" : "fp32";
  outcome.thresholds = thresholds;
  outcome.checkpoint = MakeCheckpoint(thresholds, outcome.tuned);
  return outcome;
}

Result<TrainOutcome> NetworkTrainer::Fit(const Callback& progress) {
  try {
    return FitThrowing(progress);
  } catch (const std::exception& error) {
    return Internal("training failed: " + FirstLine(error));
  }
}

}  // namespace

Result<std::unique_ptr<Trainer>> Trainer::Create(const TrainerOptions& options,
                                                 const Dataset* dataset) {
  AIRY_TRY(ValidateTrainerOptions(options));
  if (dataset->size() < 2) {
    return InvalidArgument("training needs at least 2 images; had " +
                           std::to_string(dataset->size()));
  }
  AIRY_ASSIGN_OR_RETURN(const torch::Device device, FindDevice(options.device));
  auto trainer = std::make_unique<NetworkTrainer>(options, *dataset, device);
  AIRY_TRY(trainer->Prepare());
  return std::unique_ptr<Trainer>(std::move(trainer));
}

}  // namespace airy::model
