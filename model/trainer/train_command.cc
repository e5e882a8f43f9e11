#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "model/process_group.h"
#include "model/trainer.h"
#include "model/trainer/commands.h"
#include "model/trainer/report.h"
#include "model/trainer/shot_source.h"
#include "model/trainer/train_flags.h"

namespace airy::trainer {
namespace {

bool ShowProgress(const model::TrainProgress& progress) {
  const bool epoch_done = progress.macro_f1 >= 0;
  const bool terminal = isatty(fileno(stderr)) == 1;
  if (!epoch_done && !terminal && progress.step % 20 != 0) return true;
  std::fprintf(stderr, "%sepoch %d/%d  %d px  loss %.4f  %.1f images/s  %.1f min left",
               terminal ? "\r" : "", progress.epoch, progress.epochs, progress.size,
               progress.loss, progress.images_per_s, progress.seconds_left / 60);
  if (epoch_done) std::fprintf(stderr, "  macro-F1 %.4f", progress.macro_f1);
  std::fprintf(stderr, "%s", terminal && !epoch_done ? "   " : "\n");
  return true;
}

void Print(const char* title, const model::PartMetrics& part,
           const model::TrainOutcome& outcome) {
  std::printf("%s\n%s\n", title,
              MetricsTable(part.model, part.constant, outcome.thresholds,
                           outcome.checkpoint.info.classes)
                  .c_str());
}

void Print(const model::TrainOutcome& outcome, const std::string& out) {
  if (outcome.validation) {
    Print(
        "Validation images; epoch, temperature and thresholds were chosen on them, "
        "which flatters:",
        *outcome.validation, outcome);
  }
  if (outcome.test) Print("Test images:", *outcome.test, outcome);
  if (outcome.maxima) {
    std::printf(
        "maximum over the epochs on the test images, each figure for itself, as the "
        "paper reports them; it flatters:\n"
        "  accuracy %.4f  precision %.4f  recall %.4f\n",
        outcome.maxima->accuracy, outcome.maxima->precision, outcome.maxima->recall);
  }
  std::printf("weights of epoch %d of %d, temperature %.4f; trained in %s\nwrote %s\n",
              outcome.best_epoch, outcome.epochs_done,
              static_cast<double>(outcome.checkpoint.info.temperature),
              outcome.dtype.c_str(), out.c_str());
}

struct Budget {
  int threads = 1;
  double memory_gb = 2;  // of images
};

// What process 0 alone sees of the disk decides for all.
Status TrainTogether(const Flags& flags, model::TrainerOptions options,
                     const Budget& budget, const model::ProcessGroup& processes) {
  bool has_work = true;
  if (processes.leads()) {
    AIRY_ASSIGN_OR_RETURN(has_work, ReadTrainingFiles(flags, &options));
    options.log_path =
        std::filesystem::path(options.checkpoint_path).replace_extension(".log.jsonl");
  }
  AIRY_ASSIGN_OR_RETURN(const int goes_on,
                        processes.FromLead(static_cast<int>(has_work)));
  if (goes_on == 0) return OkStatus();

  model::SetIntraOpThreads(1);  // while rendering, one thread per shot
  AIRY_ASSIGN_OR_RETURN(model::Dataset dataset, LoadShots(flags, budget.threads));
  model::SetIntraOpThreads(budget.threads);
  AIRY_ASSIGN_OR_RETURN(const auto trainer,
                        model::Trainer::Create(options, &dataset, processes));
  AIRY_TRY(KeepInMemory(budget.memory_gb, &dataset));
  const auto progress = [&processes](const model::TrainProgress& reached) {
    return !processes.leads() || ShowProgress(reached);
  };
  AIRY_ASSIGN_OR_RETURN(const model::TrainOutcome outcome, trainer->Fit(progress));
  if (!processes.leads()) return OkStatus();
  std::filesystem::remove(options.state_path);
  Print(outcome, options.checkpoint_path);
  return OkStatus();
}

}  // namespace

Status RunTrain(std::span<const char* const> arguments) {
  std::vector<std::string_view> switches = {"resume"};
  std::vector<std::string_view> valued = {"out", "threads", "memory"};
  switches.insert(switches.end(), TrainSwitches().begin(), TrainSwitches().end());
  valued.insert(valued.end(), TrainValued().begin(), TrainValued().end());
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, switches, valued));
  int threads = 1;
  double memory_gb = 2;
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  AIRY_TRY(flags.Number("memory", 0, 1e6, &memory_gb));
  AIRY_ASSIGN_OR_RETURN(model::TrainerOptions options, ReadTrainerOptions(flags));
  AIRY_ASSIGN_OR_RETURN(const model::ProcessPlace place,
                        model::FindProcessPlace(model::ReadEnvironment));
  AIRY_ASSIGN_OR_RETURN(const auto processes,
                        model::ProcessGroup::Join(place, options.device, {}));
  Status status =
      TrainTogether(flags, std::move(options), {threads, memory_gb}, *processes);
  if (status.ok() || place.size == 1) return status;
  return status.WithContext("process " + std::to_string(place.rank) + " of " +
                            std::to_string(place.size));
}

}  // namespace airy::trainer
