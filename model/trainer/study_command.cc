#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "model/class_list.h"
#include "model/recipes.h"
#include "model/rule_violations.h"
#include "model/simulation/simulator.h"
#include "model/studies/study_report.h"
#include "model/torch_engine.h"
#include "model/trainer/commands.h"
#include "model/trainer/run_worker.h"
#include "model/trainer/shot_source.h"
#include "model/trainer/study_flags.h"
#ifdef AIRY_DRAWS
#include "model/studies/study_plot.h"
#endif

namespace airy::trainer {
namespace {

namespace fs = std::filesystem;
using studies::RunQueue;
using studies::Study;

// Of the set sim-7264, whose first shots a smaller study sees.
constexpr uint64_t kSimulatedSeed = 11'001;

volatile std::sig_atomic_t stop_signal = 0;

// The second one ends the program at once.
void OnSignal(int signal) {
  stop_signal = signal;
  std::signal(signal, SIG_DFL);
}

// Simulated shots take minutes to render, so that they are kept in the work folder.
Result<model::Dataset> Simulate(const StudyFlags& study, uint64_t seed, int64_t shots) {
  const std::string numbers = std::to_string(seed) + "-" + std::to_string(shots);
  const std::string kept =
      (fs::path(study.work) / ("simulated-" + std::string(simulation::kSimulatorVersion) +
                               "-" + numbers + ".safetensors"))
          .string();
  if (fs::exists(kept)) {
    AIRY_ASSIGN_OR_RETURN(model::Dataset set, model::ReadDataset(kept));
    AIRY_TRY(KeepInMemory(study.memory_gb, &set));
    return set;
  }
  const std::string simulate = std::to_string(seed) + ":" + std::to_string(shots);
  const std::vector<const char*> words = {"--simulate", simulate.c_str()};
  AIRY_ASSIGN_OR_RETURN(const Flags asked, Flags::Parse(words, {}, kShotFlags));
  model::SetIntraOpThreads(1);  // one thread per shot
  AIRY_ASSIGN_OR_RETURN(model::Dataset set, LoadShots(asked, study.threads));
  model::SetIntraOpThreads(study.threads);
  std::error_code failed;
  fs::create_directories(study.work, failed);
  if (failed) return Unavailable(study.work + ": " + failed.message());
  AIRY_TRY(model::WriteDataset(kept, set));
  return set;
}

Result<model::Dataset> LoadSet(const StudyFlags& study, const Flags& flags) {
  if (!flags.Has("data")) {
    return Simulate(study, kSimulatedSeed, study.settings.size.shots);
  }
  AIRY_ASSIGN_OR_RETURN(model::Dataset set, LoadShots(flags, study.threads));
  if (!model::AreTheEleven(set.classes())) {
    return FailedPrecondition("the paper's studies are of the classes '" +
                              model::JoinNames(model::ElevenClasses()) + "'; '" +
                              set.description() + "' has '" +
                              model::JoinNames(set.classes()) + "'");
  }
  AIRY_TRY(model::CheckRules(set.labels()));
  AIRY_TRY(KeepInMemory(study.memory_gb, &set));
  return set;
}

bool ShowProgress(const studies::RunPlan& plan, const RunQueue::Position& position,
                  const model::TrainProgress& progress) {
  const bool epoch_done = EndsEpoch(progress);
  const bool terminal = isatty(fileno(stderr)) == 1;
  if (!epoch_done && !terminal) return true;
  std::fprintf(stderr,
               "%srun %d of %d  %s  epoch %d/%d  loss %.4f  %.1f images/s  %.1f min left",
               terminal ? "\r" : "", position.number, position.count, plan.name.c_str(),
               progress.epoch, progress.epochs, progress.loss, progress.images_per_s,
               progress.seconds_left / 60);
  if (progress.macro_f1 >= 0) std::fprintf(stderr, "  macro-F1 %.4f", progress.macro_f1);
  std::fprintf(stderr, "%s", terminal && !epoch_done ? "   " : "\n");
  return true;
}

// The table as text beside the picture.
Status Publish(const Study& study, const StudyFlags& flags, const RunQueue& queue) {
  const studies::StudyFigures figures(study, flags.settings, queue);
  const std::string report = studies::StudyReport(figures);
  std::printf("%s\n", report.c_str());
  const std::string stem =
      (fs::path(flags.out) / (study.name + "-" + flags.settings.size.name)).string();
  std::ofstream file(stem + ".md", std::ios::trunc);
  file << report << std::flush;
  if (!file) return Unavailable(stem + ".md: cannot be written");
#ifdef AIRY_DRAWS
  return studies::DrawStudy(figures).SavePng(stem + ".png");
#else
  return OkStatus();
#endif
}

Status RunStudies(const std::vector<std::string>& names, const Flags& flags) {
  AIRY_ASSIGN_OR_RETURN(StudyFlags study_flags, ReadStudyFlags(flags));
  studies::StudySettings& settings = study_flags.settings;
  AIRY_TRY(studies::MakeStudy(names.front(), settings).status());
  std::error_code failed;
  fs::create_directories(study_flags.out, failed);
  if (failed) return Unavailable(study_flags.out + ": " + failed.message());
  model::SetIntraOpThreads(study_flags.threads);
  AIRY_ASSIGN_OR_RETURN(const model::Dataset set, LoadSet(study_flags, flags));
  studies::StudySize& size = settings.size;
  size.shots = std::min(size.shots, set.size());
  size.timing_shots = std::min(size.timing_shots, set.size());

  std::vector<Study> made;
  std::vector<studies::RunPlan> runs;
  for (const std::string& name : names) {
    AIRY_ASSIGN_OR_RETURN(made.emplace_back(), studies::MakeStudy(name, settings));
    std::ranges::copy(studies::RunsOf(made.back(), settings), std::back_inserter(runs));
  }
  AIRY_ASSIGN_OR_RETURN(RunQueue queue,
                        RunQueue::Open((fs::path(study_flags.work) / size.name).string(),
                                       runs, set.description()));
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  // Minutes end with an epoch, which would else have been in vain; a signal at once.
  const auto time_is_up = [&] {
    return study_flags.limits.minutes &&
           std::chrono::duration<double>(Clock::now() - start).count() / 60 >=
               *study_flags.limits.minutes;
  };
  const auto simulate = [&study_flags](uint64_t seed, int64_t shots) {
    return Simulate(study_flags, seed, shots);
  };
  RunWorker worker(set, simulate,
                   [&](const studies::RunPlan& plan, const RunQueue::Position& position,
                       const model::TrainProgress& progress) {
                     const bool more_epochs =
                         EndsEpoch(progress) && progress.epoch < progress.epochs;
                     return ShowProgress(plan, position, progress) && stop_signal == 0 &&
                            !(more_epochs && time_is_up());
                   });
  AIRY_TRY(
      queue.Work(study_flags.limits,
                 [&](const studies::RunPlan& plan, const std::string& folder,
                     const RunQueue::Position& position) -> Result<studies::RunRecord> {
                   if (stop_signal != 0) {
                     return Status(StatusCode::kCancelled, "stopped by a signal");
                   }
                   return worker.Do(plan, folder, position);
                 }));
  for (const Study& study : made) AIRY_TRY(Publish(study, study_flags, queue));
  std::fprintf(stderr, "%d of %d runs are done%s\n", queue.finished(), queue.runs(),
               queue.finished() < queue.runs() ? "; the same command goes on" : "");
  if (stop_signal == 0) return OkStatus();
  return {StatusCode::kCancelled, "stopped by a signal; the same command goes on"};
}

void ListStudies() {
  std::printf(
      "airy-trainer study NAME --size cpu|gpu|paper [options]\n\nNAME is one of\n");
  for (const studies::StudyName& study : studies::StudyNames()) {
    std::printf("  %-17s %s\n", std::string(study.name).c_str(),
                std::string(study.about).c_str());
  }
  std::printf("  %-17s %s\n%s", "all", "all of these", kStudyHelp);
}

}  // namespace

Status RunStudy(std::span<const char* const> arguments) {
  if (arguments.empty() || std::ranges::any_of(arguments, [](std::string_view word) {
        return word == "--help" || word == "-h";
      })) {
    ListStudies();
    return OkStatus();
  }
  std::vector<std::string_view> valued(kStudyFlags.begin(), kStudyFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags,
                        Flags::Parse(arguments.subspan(1), {}, valued));
  const std::string name = arguments.front();
  if (name != "all") return RunStudies({name}, flags);
  std::vector<std::string> names;
  for (const studies::StudyName& study : studies::StudyNames()) {
    names.emplace_back(study.name);
  }
  return RunStudies(names, flags);
}

}  // namespace airy::trainer
