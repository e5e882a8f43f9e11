#include "model/trainer/train_flags.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/recipes.h"
#include "model/trainer/output_path.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"allow-missing-classes"};
constexpr std::string_view kValued[] = {"recipe",
                                        "architecture",
                                        "head",
                                        "init",
                                        "input",
                                        "ccf-order",
                                        "ccf-part",
                                        "ccf-scaling",
                                        "ccf-inner-radius",
                                        "epochs",
                                        "size",
                                        "schedule",
                                        "batch",
                                        "accumulate",
                                        "epoch-images",
                                        "sampling-balance",
                                        "lr",
                                        "lr-steps",
                                        "warmup",
                                        "momentum",
                                        "l1",
                                        "l2",
                                        "penalty",
                                        "average",
                                        "gamma-negative",
                                        "gamma-positive",
                                        "clip",
                                        "label-smoothing",
                                        "positive-weight-limit",
                                        "augment",
                                        "gains",
                                        "validation-share",
                                        "test-share",
                                        "training-share",
                                        "thresholds",
                                        "temperature",
                                        "patience",
                                        "seed",
                                        "dtype",
                                        "device",
                                        "version"};

bool ParseNumber(const std::string& text, double* value) {
  char* end = nullptr;
  *value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

// "112:15,224:6"
Result<std::vector<model::TrainPhase>> ParseSchedule(const std::string& text) {
  std::vector<model::TrainPhase> schedule;
  for (const std::string& phase : SplitAt(',', text)) {
    const std::vector<std::string> pair = SplitAt(':', phase);
    uint64_t size = 0;
    uint64_t epochs = 0;
    if (pair.size() != 2 || !ParseUnsigned(pair[0], &size) ||
        !ParseUnsigned(pair[1], &epochs) || size > 10000 || epochs > 10000) {
      return InvalidArgument("option --schedule must be SIZE:EPOCHS,...; was '" + text +
                             "'");
    }
    schedule.push_back({static_cast<int>(size), static_cast<int>(epochs)});
  }
  return schedule;
}

Status ReadSchedule(const Flags& flags, model::TrainerOptions* options) {
  const double epochs_before = model::TotalEpochs(*options);
  model::TrainPhase phase = options->schedule.front();
  AIRY_TRY(flags.Integer("epochs", 1, 10000, &phase.epochs));
  AIRY_TRY(flags.Integer("size", 56, kInputSize, &phase.size));
  if (flags.Has("schedule")) {
    if (flags.Has("epochs") || flags.Has("size")) {
      return InvalidArgument("give either --schedule or --epochs and --size");
    }
    std::string text;
    flags.Text("schedule", &text);
    AIRY_ASSIGN_OR_RETURN(options->schedule, ParseSchedule(text));
  } else {
    options->schedule = {phase};
  }
  options->warmup_epochs *= model::TotalEpochs(*options) / epochs_before;
  return flags.Number("warmup", 0, 10000, &options->warmup_epochs);
}

// "50,100,150" or "none"
Status ReadRateSteps(const Flags& flags, std::vector<double>* steps) {
  if (!flags.Has("lr-steps")) return OkStatus();
  std::string text;
  flags.Text("lr-steps", &text);
  steps->clear();
  if (text == "none") return OkStatus();
  for (const std::string& part : SplitAt(',', text)) {
    if (!ParseNumber(part, &steps->emplace_back())) {
      return InvalidArgument(
          "option --lr-steps must be epochs, as in 50,100,150, or "
          "none; was '" +
          text + "'");
    }
  }
  return OkStatus();
}

// "rotation=0.5,zoom=0" or "none"
Status ReadAugmentation(const Flags& flags, model::AugmentationOptions* augmentation) {
  std::string text;
  flags.Text("augment", &text);
  if (text == "none") {
    for (const auto& row : model::kAugmentationNames) augmentation->*row.probability = 0;
    text.clear();
  }
  if (!text.empty()) {
    for (const std::string& part : SplitAt(',', text)) {
      const std::vector<std::string> pair = SplitAt('=', part);
      const auto row =
          std::ranges::find(model::kAugmentationNames, std::string_view(pair[0]),
                            &model::AugmentationName::name);
      if (pair.size() != 2 || row == model::kAugmentationNames.end() ||
          !ParseNumber(pair[1], &(augmentation->*row->probability))) {
        std::string names;
        for (const auto& known : model::kAugmentationNames) {
          names.append(names.empty() ? "" : ", ").append(known.name);
        }
        return InvalidArgument("option --augment must be NAME=PROBABILITY,... with " +
                               names + ", or none; was '" + text + "'");
      }
    }
  }
  if (!flags.Has("gains")) return OkStatus();
  flags.Text("gains", &text);
  const std::vector<std::string> pair = SplitAt(':', text);
  if (pair.size() == 2 && ParseNumber(pair[0], &augmentation->gains.low) &&
      ParseNumber(pair[1], &augmentation->gains.high)) {
    return OkStatus();
  }
  return InvalidArgument("option --gains must be LOW:HIGH; was '" + text + "'");
}

// --input image, or ccf with the options of the map.
Result<std::optional<transform::CcfOptions>> ReadInput(const Flags& flags) {
  int input = 0;
  constexpr std::string_view kInputs[] = {"image", "ccf"};
  AIRY_TRY(flags.Choice("input", kInputs, &input));
  if (input == 0) {
    for (const char* name :
         {"ccf-order", "ccf-part", "ccf-scaling", "ccf-inner-radius"}) {
      if (flags.Has(name)) {
        return InvalidArgument("option --" + std::string(name) + " needs --input ccf");
      }
    }
    return std::optional<transform::CcfOptions>();
  }
  transform::CcfOptions ccf;
  AIRY_TRY(flags.Integer("ccf-order", 1, (ccf.grid.angles - 1) / 2, &ccf.order));
  AIRY_TRY(flags.Choice("ccf-part", transform::kCcfPartNames, &ccf.part));
  AIRY_TRY(flags.Choice("ccf-scaling", transform::kCcfScalingNames, &ccf.scaling));
  double inner_radius_px = transform::kDefaultInnerRadius * kInputSize;
  AIRY_TRY(flags.Number("ccf-inner-radius", 0, kInputSize / 2 - 2, &inner_radius_px));
  ccf.grid.inner_radius_px = inner_radius_px;
  return std::optional(ccf);
}

Status ReadOptimiser(const Flags& flags, model::TrainerOptions* options) {
  AIRY_TRY(flags.Integer("batch", 1, 4096, &options->batch));
  int epoch_images = 0;
  AIRY_TRY(flags.Integer("epoch-images", 1, 1'000'000'000, &epoch_images));
  options->epoch_images = epoch_images;
  AIRY_TRY(flags.Number("sampling-balance", 0, 1, &options->sampling_balance));
  AIRY_TRY(flags.Integer("accumulate", 1, 1024, &options->accumulate));
  if (flags.Has("lr")) options->rate_batch = 0;
  AIRY_TRY(flags.Number("lr", 1e-9, 10, &options->learning_rate));
  AIRY_TRY(ReadRateSteps(flags, &options->rate_steps));
  AIRY_TRY(flags.Number("momentum", 0, 1, &options->momentum));
  AIRY_TRY(flags.Number("l1", 0, 1, &options->l1));
  AIRY_TRY(flags.Number("l2", 0, 1, &options->l2));
  constexpr std::string_view kPenalties[] = {"sum", "mean"};
  AIRY_TRY(flags.Choice("penalty", kPenalties, &options->mean_penalty));
  return flags.Number("average", 0, 1, &options->average_decay);
}

Status ReadLoss(const Flags& flags, model::TrainerOptions* options) {
  AIRY_TRY(flags.Number("gamma-negative", 0, 10, &options->loss.gamma_negative));
  AIRY_TRY(flags.Number("gamma-positive", 0, 10, &options->loss.gamma_positive));
  AIRY_TRY(flags.Number("clip", 0, 0.5, &options->loss.clip));
  AIRY_TRY(flags.Number("label-smoothing", 0, 0.5, &options->loss.label_smoothing));
  return flags.Number("positive-weight-limit", 1, 1000, &options->positive_weight_limit);
}

// What is done with the parts of the set.
Status ReadSelection(const Flags& flags, model::TrainerOptions* options) {
  AIRY_TRY(flags.Number("validation-share", 0, 0.45, &options->shares.validation));
  AIRY_TRY(flags.Number("test-share", 0, 0.45, &options->shares.test));
  AIRY_TRY(flags.Number("training-share", 0.001, 1, &options->shares.training));
  constexpr std::string_view kThresholds[] = {"half", "tuned"};
  AIRY_TRY(flags.Choice("thresholds", kThresholds, &options->tune_thresholds));
  constexpr std::string_view kTemperatures[] = {"one", "fitted"};
  AIRY_TRY(flags.Choice("temperature", kTemperatures, &options->fit_temperature));
  AIRY_TRY(flags.Integer("patience", 0, 10000, &options->patience));
  options->allow_missing_classes |= flags.Has("allow-missing-classes");
  return OkStatus();
}

}  // namespace

std::span<const std::string_view> TrainSwitches() { return kSwitches; }
std::span<const std::string_view> TrainValued() { return kValued; }

Result<model::TrainerOptions> ReadTrainerOptions(const Flags& flags) {
  std::string recipe = "modern";
  flags.Text("recipe", &recipe);
  AIRY_ASSIGN_OR_RETURN(model::TrainerOptions options, model::FindRecipe(recipe));
  AIRY_TRY(ReadSchedule(flags, &options));
  AIRY_TRY(ReadOptimiser(flags, &options));
  AIRY_TRY(ReadLoss(flags, &options));
  AIRY_TRY(ReadAugmentation(flags, &options.augmentation));
  AIRY_TRY(ReadSelection(flags, &options));
  AIRY_TRY(flags.Seed("seed", &options.seed));
  AIRY_TRY(flags.Choice("dtype", model::kDtypeNames, &options.dtype));
  AIRY_TRY(flags.Choice("head", model::kHeadNames, &options.head));
  flags.Text("architecture", &options.architecture);
  flags.Text("init", &options.init);
  flags.Text("device", &options.device);
  flags.Text("version", &options.version);
  AIRY_ASSIGN_OR_RETURN(options.ccf, ReadInput(flags));
  AIRY_TRY(model::ValidateTrainerOptions(options));
  return options;
}

Result<bool> ReadTrainingFiles(const Flags& flags, model::TrainerOptions* options) {
  AIRY_ASSIGN_OR_RETURN(options->checkpoint_path, ReadSafetensorsOut(flags));
  options->state_path = options->checkpoint_path + ".state";
  const bool has_state = std::filesystem::exists(options->state_path);
  if (has_state && !flags.Has("resume")) {
    return FailedPrecondition("'" + options->state_path +
                              "' is of a training that was stopped: go on with --resume, "
                              "or delete it to begin anew");
  }
  const bool is_finished = !has_state && flags.Has("resume") &&
                           std::filesystem::exists(options->checkpoint_path);
  if (is_finished) {
    std::printf("'%s' is finished: there is nothing to go on from\n",
                options->checkpoint_path.c_str());
  }
  return !is_finished;
}

}  // namespace airy::trainer
