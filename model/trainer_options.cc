#include <cmath>
#include <cstdio>

#include "model/trainer.h"
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
Status CheckRange(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return OkStatus();
  return InvalidArgument(std::string(name) + " must be " + OptionText(low) + ".." +
                         OptionText(high) + "; was " + OptionText(value));
}

}  // namespace

Status ValidateTrainerOptions(const TrainerOptions& options) {
  int epochs = 0;
  for (const TrainPhase& phase : options.schedule) {
    if (phase.size != 224 && phase.size != 112 && phase.size != 56) {
      return InvalidArgument("size must be 224, 112 or 56; was " +
                             std::to_string(phase.size));
    }
    AIRY_TRY(CheckRange("epochs", phase.epochs, 1, 10000));
    epochs += phase.epochs;
  }
  if (epochs == 0)
    return InvalidArgument("schedule must have at least one phase; had none");
  AIRY_TRY(CheckRange("batch", options.batch, 1, 4096));
  AIRY_TRY(CheckRange("learning_rate", options.learning_rate, 1e-9, 10));
  AIRY_TRY(CheckRange("momentum", options.momentum, 0, 1));
  AIRY_TRY(CheckRange("weight_decay", options.weight_decay, 0, 1));
  AIRY_TRY(CheckRange("warmup_epochs", options.warmup_epochs, 0, epochs));
  AIRY_TRY(CheckRange("average_decay", options.average_decay, 0, 1));
  AIRY_TRY(CheckRange("positive_weight_limit", options.positive_weight_limit, 1, 1000));
  AIRY_TRY(CheckRange("gain_low", options.gain_low, 1e-6, 1000));
  AIRY_TRY(CheckRange("gain_high", options.gain_high, options.gain_low, 1000));
  AIRY_TRY(CheckRange("validation_share", options.validation_share, 0.01, 0.5));
  if (!options.ccf) return OkStatus();
  return transform::CcfMapper::Create(kInputSize, kInputSize, *options.ccf).status();
}

std::string DescribeRecipe(const TrainerOptions& options) {
  std::string schedule;
  for (const TrainPhase& phase : options.schedule) {
    if (!schedule.empty()) schedule += ',';
    schedule += std::to_string(phase.size) + ":" + std::to_string(phase.epochs);
  }
  const std::string input =
      options.ccf ? " input " + transform::DescribeInput(options.ccf) : "";
  return options.architecture + input + " schedule " + schedule + " batch " +
         std::to_string(options.batch) + " lr " + OptionText(options.learning_rate) +
         " momentum " + OptionText(options.momentum) + " weight-decay " +
         OptionText(options.weight_decay) + " warmup " +
         OptionText(options.warmup_epochs) + " average " +
         OptionText(options.average_decay) + " positive-weight-limit " +
         OptionText(options.positive_weight_limit) + " gain " +
         OptionText(options.gain_low) + ".." + OptionText(options.gain_high) +
         " validation-share " + OptionText(options.validation_share) + " seed " +
         std::to_string(options.seed);
}

}  // namespace airy::model
