#include "model/trainer_options.h"

#include <cmath>
#include <cstdio>

#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_map.h"

namespace airy::model {
namespace {

std::string OptionText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// `value` in low..high, or a message that says so; NaN is never in range.
Status CheckRange(const std::string& name, double value, double low, double high) {
  if (value >= low && value <= high) return OkStatus();
  return InvalidArgument(name + " must be " + OptionText(low) + ".." + OptionText(high) +
                         "; was " + OptionText(value));
}

// Between 0 and 1 a power has no slope at 0.
Status CheckGamma(const std::string& name, double value) {
  if (value == 0 || (value >= 1 && value <= 10)) return OkStatus();
  return InvalidArgument(name + " must be 0 or 1..10; was " + OptionText(value));
}

Status ValidateSchedule(const TrainerOptions& options) {
  for (const TrainPhase& phase : options.schedule) {
    if (phase.size != 224 && phase.size != 112 && phase.size != 56) {
      return InvalidArgument("size must be 224, 112 or 56; was " +
                             std::to_string(phase.size));
    }
    AIRY_TRY(CheckRange("epochs", phase.epochs, 1, 10000));
  }
  if (options.schedule.empty()) {
    return InvalidArgument("schedule must have at least one phase; had none");
  }
  AIRY_TRY(CheckRange("warmup_epochs", options.warmup_epochs, 0, TotalEpochs(options)));
  double before = 0;
  for (const double epoch : options.rate_steps) {
    AIRY_TRY(CheckRange("rate_steps", epoch, before, 10000));
    before = epoch;
  }
  return OkStatus();
}

Status ValidateAugmentation(const AugmentationOptions& augmentation) {
  for (const auto& [name, probability] : kAugmentationNames) {
    AIRY_TRY(
        CheckRange("augmentation." + std::string(name), augmentation.*probability, 0, 1));
  }
  const GainRange& gains = augmentation.gains;
  AIRY_TRY(CheckRange("gain_low", gains.low, 1e-6, 1000));
  return CheckRange("gain_high", gains.high, gains.low, 1000);
}

// The options that are numbers, or names of numbers.
std::string DescribeOptimiser(const TrainerOptions& options) {
  std::string text;
  if (options.epoch_images > 0) {
    text += " epoch-images " + std::to_string(options.epoch_images) +
            " sampling-balance " + OptionText(options.sampling_balance);
  }
  text += " batch " + std::to_string(options.batch);
  if (options.accumulate > 1) text += "x" + std::to_string(options.accumulate);
  text += " lr " + OptionText(PeakLearningRate(options));
  if (options.rate_steps.empty()) text += " cosine";
  for (size_t i = 0; i < options.rate_steps.size(); ++i) {
    text += i == 0 ? " x0.1-after " : ",";
    text += OptionText(options.rate_steps[i]);
  }
  text += " warmup " + OptionText(options.warmup_epochs) + " momentum " +
          OptionText(options.momentum) + " l1 " + OptionText(options.l1) + " l2 " +
          OptionText(options.l2);
  if (options.mean_penalty) text += " (mean over tensors)";
  return text + " average " + OptionText(options.average_decay);
}

std::string DescribeLoss(const TrainerOptions& options) {
  const LossOptions& loss = options.loss;
  std::string text;
  if (options.head != Head::kSoftmax &&
      (loss.gamma_negative > 0 || loss.gamma_positive > 0 || loss.clip > 0)) {
    text += " asymmetric-loss -" + OptionText(loss.gamma_negative) + " +" +
            OptionText(loss.gamma_positive) + " clip " + OptionText(loss.clip);
  } else {
    text += " cross-entropy";
  }
  return text + " smoothing " + OptionText(loss.label_smoothing) +
         " positive-weight-limit " + OptionText(options.positive_weight_limit);
}

std::string DescribeAugmentation(const AugmentationOptions& augmentation) {
  std::string text;
  for (const auto& [name, probability] : kAugmentationNames) {
    if (augmentation.*probability == 0) continue;
    text += text.empty() ? " augment " : ",";
    text.append(name).append("=").append(OptionText(augmentation.*probability));
  }
  if (augmentation.gain > 0) {
    text += " gains " + OptionText(augmentation.gains.low) + ".." +
            OptionText(augmentation.gains.high);
  }
  return text;
}

}  // namespace

int TotalEpochs(const TrainerOptions& options) {
  int epochs = 0;
  for (const TrainPhase& phase : options.schedule) epochs += phase.epochs;
  return epochs;
}

AugmentationOptions AugmentationInUse(const TrainerOptions& options) {
  return options.ccf ? ForCcfMaps(options.augmentation) : options.augmentation;
}

double PeakLearningRate(const TrainerOptions& options) {
  if (options.rate_batch == 0) return options.learning_rate;
  return options.learning_rate * options.batch * options.accumulate / options.rate_batch;
}

Status ValidateTrainerOptions(const TrainerOptions& options) {
  AIRY_TRY(ValidateSchedule(options));
  AIRY_TRY(CheckRange("epoch_images", static_cast<double>(options.epoch_images), 0, 1e9));
  AIRY_TRY(CheckRange("sampling_balance", options.sampling_balance, 0, 1));
  if (options.sampling_balance > 0 && options.epoch_images == 0) {
    return InvalidArgument(
        "sampling_balance prefers some images over others, which needs epochs of fewer "
        "than all (epoch_images); was " +
        OptionText(options.sampling_balance));
  }
  AIRY_TRY(CheckRange("batch", options.batch, 1, 4096));
  AIRY_TRY(CheckRange("accumulate", options.accumulate, 1, 1024));
  AIRY_TRY(CheckRange("learning_rate", options.learning_rate, 1e-9, 10));
  AIRY_TRY(CheckRange("rate_batch", options.rate_batch, 0, 65536));
  AIRY_TRY(CheckRange("learning_rate for steps of batch x accumulate images",
                      PeakLearningRate(options), 1e-9, 10));
  AIRY_TRY(CheckRange("momentum", options.momentum, 0, 1));
  AIRY_TRY(CheckRange("l1", options.l1, 0, 1));
  AIRY_TRY(CheckRange("l2", options.l2, 0, 1));
  AIRY_TRY(CheckRange("average_decay", options.average_decay, 0, 1));
  AIRY_TRY(CheckRange("positive_weight_limit", options.positive_weight_limit, 1, 1000));
  AIRY_TRY(CheckGamma("gamma_positive", options.loss.gamma_positive));
  AIRY_TRY(CheckGamma("gamma_negative", options.loss.gamma_negative));
  AIRY_TRY(CheckRange("clip", options.loss.clip, 0, 0.5));
  AIRY_TRY(CheckRange("label_smoothing", options.loss.label_smoothing, 0, 0.5));
  AIRY_TRY(ValidateAugmentation(options.augmentation));
  AIRY_TRY(CheckRange("validation_share", options.shares.validation, 0, 0.45));
  AIRY_TRY(CheckRange("test_share", options.shares.test, 0, 0.45));
  AIRY_TRY(CheckRange("training_share", options.shares.training, 0.001, 1));
  AIRY_TRY(CheckRange("patience", options.patience, 0, 10000));
  if (options.shares.validation == 0 &&
      (options.tune_thresholds || options.fit_temperature || options.patience > 0)) {
    return InvalidArgument(
        "thresholds, temperature and patience need validation images; validation_share "
        "was 0");
  }
  if (options.shares.validation == 0 && options.shares.test == 0) {
    return InvalidArgument(
        "validation_share and test_share were both 0: nothing would "
        "tell what was learned");
  }
  if (!options.ccf) return OkStatus();
  return transform::CcfMapper::Create(kInputSize, kInputSize, *options.ccf).status();
}

std::string DescribeRecipe(const TrainerOptions& options) {
  std::string schedule;
  for (const TrainPhase& phase : options.schedule) {
    if (!schedule.empty()) schedule += ',';
    schedule += std::to_string(phase.size) + ":" + std::to_string(phase.epochs);
  }
  std::string text = "recipe " + options.recipe + " " + options.architecture + " head " +
                     std::string(kHeadNames[static_cast<size_t>(options.head)]);
  if (!options.init_sha256.empty()) text += " init sha256 " + options.init_sha256;
  if (options.ccf) text += " input " + transform::DescribeInput(options.ccf);
  text += " schedule " + schedule + DescribeOptimiser(options) + DescribeLoss(options) +
          DescribeAugmentation(AugmentationInUse(options)) + " validation-share " +
          OptionText(options.shares.validation) + " test-share " +
          OptionText(options.shares.test);
  if (options.shares.training < 1) {
    text += " training-share " + OptionText(options.shares.training);
  }
  if (options.head == Head::kSoftmax) {
    text += " answer most probable";
  } else {
    text += options.tune_thresholds ? " thresholds tuned" : " thresholds 0.5";
  }
  text += options.fit_temperature ? " temperature fitted" : " temperature 1";
  if (options.patience > 0) text += " patience " + std::to_string(options.patience);
  if (options.allow_missing_classes) text += " missing-classes allowed";
  return text + " seed " + std::to_string(options.seed);
}

std::string DescribeTraining(const TrainerOptions& options, const std::string& data) {
  return DescribeRecipe(options) + " dtype " +
         std::string(kDtypeNames[static_cast<size_t>(options.dtype)]) + " data " + data;
}

}  // namespace airy::model
