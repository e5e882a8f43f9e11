#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/trainer.h"
#include "model/trainer/commands.h"
#include "model/trainer/report.h"
#include "model/trainer/shot_source.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"resume"};
constexpr std::string_view kValued[] = {"epochs",
                                        "size",
                                        "schedule",
                                        "batch",
                                        "lr",
                                        "momentum",
                                        "weight-decay",
                                        "warmup",
                                        "average",
                                        "positive-weight-limit",
                                        "seed",
                                        "threads",
                                        "out",
                                        "dtype",
                                        "device",
                                        "architecture",
                                        "version",
                                        "validation-share",
                                        "input",
                                        "ccf-order",
                                        "ccf-part",
                                        "ccf-scaling",
                                        "ccf-inner-radius"};

// In the order of model::Dtype.
constexpr std::string_view kDtypeNames[] = {"auto", "fp32", "bf16"};

// "112:15,224:6"
Result<std::vector<model::TrainPhase>> ParseSchedule(const std::string& text) {
  std::vector<model::TrainPhase> schedule;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view phase = std::string_view(text).substr(begin, end - begin);
    const size_t colon = std::min(phase.find(':'), phase.size());
    uint64_t size = 0;
    uint64_t epochs = 0;
    if (colon == phase.size() || !ParseUnsigned(phase.substr(0, colon), &size) ||
        !ParseUnsigned(phase.substr(colon + 1), &epochs) || size > 10000 ||
        epochs > 10000) {
      return InvalidArgument("option --schedule must be SIZE:EPOCHS,...; was '" + text +
                             "'");
    }
    schedule.push_back({static_cast<int>(size), static_cast<int>(epochs)});
    begin = end + 1;
  }
  return schedule;
}

// --input image, or ccf with the options of the map.
Result<std::optional<transform::CcfOptions>> ParseInput(const Flags& flags) {
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

Result<model::TrainerOptions> ReadOptions(const Flags& flags) {
  model::TrainerOptions options;
  model::TrainPhase phase;
  AIRY_TRY(flags.Integer("epochs", 1, 10000, &phase.epochs));
  AIRY_TRY(flags.Integer("size", 56, kInputSize, &phase.size));
  options.schedule = {phase};
  if (flags.Has("schedule")) {
    if (flags.Has("epochs") || flags.Has("size")) {
      return InvalidArgument("give either --schedule or --epochs and --size");
    }
    std::string text;
    flags.Text("schedule", &text);
    AIRY_ASSIGN_OR_RETURN(options.schedule, ParseSchedule(text));
  }
  AIRY_TRY(flags.Integer("batch", 1, 4096, &options.batch));
  AIRY_TRY(flags.Number("lr", 1e-9, 10, &options.learning_rate));
  AIRY_TRY(flags.Number("momentum", 0, 1, &options.momentum));
  AIRY_TRY(flags.Number("weight-decay", 0, 1, &options.weight_decay));
  AIRY_TRY(flags.Number("warmup", 0, 10000, &options.warmup_epochs));
  AIRY_TRY(flags.Number("average", 0, 1, &options.average_decay));
  AIRY_TRY(
      flags.Number("positive-weight-limit", 1, 1000, &options.positive_weight_limit));
  AIRY_TRY(flags.Number("validation-share", 0.01, 0.5, &options.validation_share));
  AIRY_TRY(flags.Seed("seed", &options.seed));
  flags.Text("device", &options.device);
  flags.Text("architecture", &options.architecture);
  flags.Text("version", &options.version);
  AIRY_TRY(flags.Choice("dtype", kDtypeNames, &options.dtype));
  AIRY_ASSIGN_OR_RETURN(options.ccf, ParseInput(flags));
  return options;
}

bool ShowProgress(const model::TrainProgress& progress) {
  const bool epoch_done = progress.validation_macro_f1 >= 0;
  const bool terminal = isatty(fileno(stderr)) == 1;
  if (!epoch_done && !terminal && progress.step % 20 != 0) return true;
  std::fprintf(stderr, "%sepoch %d/%d  %d px  loss %.4f  %.1f images/s  %.1f min left",
               terminal ? "\r" : "", progress.epoch, progress.epochs, progress.size,
               progress.loss, progress.images_per_s, progress.seconds_left / 60);
  if (epoch_done) {
    std::fprintf(stderr, "  validation macro-F1 %.4f", progress.validation_macro_f1);
  }
  std::fprintf(stderr, "%s", terminal && !epoch_done ? "   " : "\n");
  return true;
}

// A long training must not end at a folder that cannot be written.
Status CheckWritable(const std::string& out) {
  const std::filesystem::path folder =
      std::filesystem::absolute(out).lexically_normal().parent_path();
  if (access(folder.c_str(), W_OK) == 0) return OkStatus();
  return NotFound("option --out: folder '" + folder.string() + "' cannot be written");
}

}  // namespace

Status RunTrain(std::span<const char* const> arguments) {
  std::vector<std::string_view> valued(std::begin(kValued), std::end(kValued));
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, kSwitches, valued));
  std::string out;
  flags.Text("out", &out);
  if (!out.ends_with(".safetensors")) {
    return InvalidArgument("option --out must name a .safetensors file; was '" + out +
                           "'");
  }
  AIRY_TRY(CheckWritable(out));
  int threads = 1;
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  AIRY_ASSIGN_OR_RETURN(model::TrainerOptions options, ReadOptions(flags));
  AIRY_TRY(model::ValidateTrainerOptions(options));
  options.state_path = out + ".state";
  if (!flags.Has("resume")) std::filesystem::remove(options.state_path);

  model::SetIntraOpThreads(1);  // while rendering, one thread per shot
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset, LoadShots(flags, threads));
  model::SetIntraOpThreads(threads);
  AIRY_ASSIGN_OR_RETURN(const auto trainer, model::Trainer::Create(options, &dataset));
  AIRY_ASSIGN_OR_RETURN(const model::TrainOutcome outcome, trainer->Fit(ShowProgress));
  AIRY_TRY(model::WriteCheckpoint(out, outcome.checkpoint));
  std::filesystem::remove(options.state_path);

  std::printf("%s",
              MetricsTable(outcome.tuned, outcome.constant, outcome.thresholds).c_str());
  std::printf(
      "\nat threshold 0.5: accuracy %.4f, macro-F1 %.4f; trained in %s\nwrote %s\n",
      outcome.at_half.Accuracy(), outcome.at_half.MacroF1(), outcome.dtype.c_str(),
      out.c_str());
  return OkStatus();
}

}  // namespace airy::trainer
