#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/checkpoint.h"
#include "model/dataset.h"
#include "model/metrics.h"
#include "model/torch_engine.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::model {

// Some epochs at one resolution: kInputSize, or that divided by 2 or 4 by area average. A
// network trained small learns most at a fraction of the time (112: a quarter) and only
// needs a few epochs at full size.
struct TrainPhase {
  int size = kInputSize;  // 224, 112 or 56
  int epochs = 20;        // 1..10000
};

// Defaults: the paper's recipe (PRE 99, 063309, Sect. 3.1.5: batch 48, momentum 0.9) with
// warm-up, cosine decay and an average of the weights.
struct TrainerOptions {
  std::string architecture = "resnet18-log";
  // When set, the network is shown these CCF maps of the images. They are then not
  // mirrored or turned, which would leave their maps as they are.
  std::optional<transform::CcfOptions> ccf;
  std::vector<TrainPhase> schedule = {{}};
  int batch = 48;               // 1..4096
  double learning_rate = 0.04;  // the peak, after warm-up; above 0, at most 10
  double momentum = 0.9;        // 0..1, Nesterov
  double weight_decay = 5e-4;   // 0..1, on convolutions and fc
  double warmup_epochs = 1;     // 0..epochs
  double average_decay = 0.99;  // per step, of the exponential average; 0..1
  // A class is weighted by sqrt(negatives / positives), at most this. 1: no weights.
  double positive_weight_limit = 1;  // 1..1000
  // Counts of each image are multiplied by a factor drawn log-uniformly from here.
  double gain_low = 0.3;          // above 0
  double gain_high = 3;           // gain_low..1000
  double validation_share = 0.1;  // 0.01..0.5 of the images, drawn by seed
  uint64_t seed = 1;
  Dtype dtype = Dtype::kAuto;   // after the stem; kAuto takes the faster one
  std::string device = "auto";  // "cpu", "cuda:N", or "auto": cuda:0 where there is one
  std::string version = "1";    // of the checkpoint
  // When set: written after every epoch; Fit goes on from it if it is there and was made
  // by the same options and data.
  std::string state_path;
};

// InvalidArgument names the first option out of range, its value and the range.
Status ValidateTrainerOptions(const TrainerOptions& options);

// In words, the same for the same training; stored as the checkpoint's recipe.
std::string DescribeRecipe(const TrainerOptions& options);

struct TrainProgress {
  int epoch = 0;  // 1..epochs
  int epochs = 0;
  int size = 0;
  int64_t step = 0;  // 1..steps, over the whole training
  int64_t steps = 0;
  double loss = 0;          // mean over the epoch so far
  double images_per_s = 0;  // over the epoch so far
  double seconds_left = 0;  // the images left at each size's speed, as far as known
  // At the end of an epoch: macro-F1 of the averaged weights on the validation images,
  // all thresholds 0.5; negative otherwise.
  double validation_macro_f1 = -1;
};

struct TrainOutcome {
  Checkpoint checkpoint;
  ClassProbabilities thresholds{};  // tuned on the validation images
  Metrics at_half;                  // validation, all thresholds 0.5
  Metrics tuned;                    // validation, tuned thresholds: slightly flattering
  Metrics constant;                 // validation, the constant answer
  std::string dtype;                // what was chosen
};

// Trains a network on a dataset. Seeds torch's global generator. Thread-compatible.
class Trainer {
 public:
  // InvalidArgument names the option out of range. `dataset` outlives the trainer.
  static Result<std::unique_ptr<Trainer>> Create(const TrainerOptions& options,
                                                 const Dataset* dataset);
  virtual ~Trainer() = default;
  // Calls `progress` after every batch; stops with Cancelled when it returns false.
  // DataLoss when the loss is no longer finite; FailedPrecondition when the state belongs
  // to another training.
  virtual Result<TrainOutcome> Fit(
      const std::function<bool(const TrainProgress&)>& progress) = 0;
};

}  // namespace airy::model
