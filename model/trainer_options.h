#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/augmentation_options.h"
#include "model/loss_options.h"
#include "model/nets/head_names.h"
#include "model/split.h"
#include "model/torch_engine.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/status.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::model {

// Some epochs at one resolution: kInputSize, or that divided by 2 or 4 by area average. A
// network trained small learns most at a fraction of the time (112: a quarter) and only
// needs a few epochs at full size.
struct TrainPhase {
  int size = kInputSize;  // 224, 112 or 56
  int epochs = 20;        // 1..10000
};

// One training. What stands here is plain gradient descent; recipes.h has the settings
// that are known to work.
struct TrainerOptions {
  std::string recipe = "own";  // what these options were made from; a name
  std::string architecture = "resnet18-log";
  Head head = Head::kSigmoid;
  // When set, the network is shown these CCF maps of the images.
  std::optional<transform::CcfOptions> ccf;
  // When set, a checkpoint to start from instead of random weights: of the same
  // architecture. Its last layer is left out if it has other classes or another head.
  std::string init;
  std::string init_sha256;  // of that file; the trainer finds it
  std::vector<TrainPhase> schedule = {{}};

  // Of large sets: training images in an epoch, drawn anew for each, and how strongly
  // those of rare classes are preferred (sample_plan.h). 0: all of them.
  int64_t epoch_images = 0;     // 0..10^9
  double sampling_balance = 0;  // 0..1; needs epoch_images
  int batch = 48;               // images in one pass through the network, 1..4096
  int accumulate = 1;           // passes whose mean gradient makes one step, 1..1024
  // Of each step: at its peak, after warm-up. Above 0, at most 10.
  double learning_rate = 0.04;
  // When set, the rate is for steps of as many images and grows with theirs.
  int rate_batch = 0;  // 0..65536
  // Epochs after which the rate falls to a tenth; none: it falls to 0 as a cosine.
  std::vector<double> rate_steps;
  double warmup_epochs = 0;  // 0..epochs
  double momentum = 0.9;     // 0..1, Nesterov; 0: plain descent
  // Elastic net on weights with more than one dimension (kernels; not biases and
  // normalisations): the loss and l1 * sum |w| + l2 * sum w^2 / 2.
  double l1 = 0;              // 0..1
  double l2 = 5e-4;           // 0..1, weight decay
  bool mean_penalty = false;  // divide both by the number of those weight tensors
  double average_decay = 0;   // per step, of the exponential average; 0..1; 0: none
  LossOptions loss;
  // A class is weighted by sqrt(negatives / positives), at most this. 1: no weights.
  double positive_weight_limit = 1;  // 1..1000
  AugmentationOptions augmentation;

  SplitShares shares = {.validation = 0.1, .test = 0.15};
  // On the validation images. Without: thresholds 0.5, temperature 1.
  bool tune_thresholds = true;
  bool fit_temperature = true;
  // Epochs without a better validation macro-F1 after which training ends; 0: never.
  int patience = 0;  // 0..10000
  // Whether a class may have no positive training image; it will hardly be answered then.
  bool allow_missing_classes = false;

  uint64_t seed = 1;
  Dtype dtype = Dtype::kAuto;   // after the stem; kAuto takes the faster one
  std::string device = "auto";  // "cpu", "cuda:N", or "auto": cuda:0 where there is one
  std::string version = "1";    // of the checkpoint

  // When set: written after every epoch; Fit goes on from it if it is there and was made
  // by the same options and data.
  std::string state_path;
  // When set: written whole whenever an epoch is the best so far (without validation
  // images: after every epoch).
  std::string checkpoint_path;
  // When set: one line of JSON per epoch (epoch_log.h).
  std::string log_path;
};

// InvalidArgument names the first option out of range, its value and the range.
Status ValidateTrainerOptions(const TrainerOptions& options);

// In words, the same for the same training; stored as the checkpoint's recipe.
std::string DescribeRecipe(const TrainerOptions& options);
// All that a training must share with the state it goes on from; `data`: what names its
// images for certain.
std::string DescribeTraining(const TrainerOptions& options, const std::string& data);

int TotalEpochs(const TrainerOptions& options);
// The augmentation in use: less for maps.
AugmentationOptions AugmentationInUse(const TrainerOptions& options);
// The learning rate at its peak, for the size of a step.
double PeakLearningRate(const TrainerOptions& options);

}  // namespace airy::model
