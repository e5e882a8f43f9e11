#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "model/pretrainer.h"
#include "model/trainer/commands.h"
#include "model/trainer/run_worker.h"
#include "model/trainer/shot_source.h"
#include "model/trainer/train_flags.h"

namespace airy::trainer {
namespace {

bool ShowProgress(const model::TrainProgress& progress) {
  const bool epoch_done = EndsEpoch(progress);
  const bool terminal = isatty(fileno(stderr)) == 1;
  if (!epoch_done && !terminal) return true;
  std::fprintf(stderr, "%sepoch %d/%d  %d px  loss %.4f  %.1f images/s  %.1f min left%s",
               terminal ? "\r" : "", progress.epoch, progress.epochs, progress.size,
               progress.loss, progress.images_per_s, progress.seconds_left / 60,
               terminal && !epoch_done ? "   " : "\n");
  return true;
}

}  // namespace

Status RunPretrain(std::span<const char* const> arguments) {
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
  AIRY_TRY(model::ValidatePretraining(options));
  AIRY_ASSIGN_OR_RETURN(const bool has_work, ReadTrainingFiles(flags, &options));
  if (!has_work) return OkStatus();
  model::SetIntraOpThreads(1);  // while rendering, one thread per shot
  AIRY_ASSIGN_OR_RETURN(model::Dataset dataset, LoadShots(flags, threads));
  AIRY_TRY(KeepInMemory(memory_gb, &dataset));
  model::SetIntraOpThreads(threads);
  AIRY_ASSIGN_OR_RETURN(const model::PretrainOutcome outcome,
                        model::Pretrain(options, dataset, ShowProgress));
  std::filesystem::remove(options.state_path);
  std::printf(
      "%d epochs without labels, loss %.4f; trained in %s\nwrote %s: go on with "
      "train --init\n",
      outcome.epochs_done, outcome.checkpoint.info.metrics.at("loss"),
      outcome.dtype.c_str(), options.checkpoint_path.c_str());
  return OkStatus();
}

}  // namespace airy::trainer
