#include "model/trainer/study_flags.h"

#include <filesystem>

#include "model/checkpoint.h"
#include "model/recipes.h"
#include "model/trainer/train_flags.h"

namespace airy::trainer {
namespace {

constexpr const char kReference[] = "model/weights/resnet18-log.safetensors";

Result<studies::StudySize> ReadSize(const Flags& flags) {
  std::string name;
  flags.Text("size", &name);
  if (name.empty()) {
    return InvalidArgument(
        "option --size cpu|gpu|paper is missing; `airy-trainer study` "
        "lists what there is");
  }
  AIRY_ASSIGN_OR_RETURN(studies::StudySize size, studies::FindStudySize(name));
  int shots = static_cast<int>(size.shots);
  AIRY_TRY(flags.Integer("shots", 20, 1'000'000, &shots));
  size.shots = shots;
  if (flags.Has("shots")) size.pretraining_shots = 2 * size.shots;
  AIRY_TRY(flags.Integer("pixels", 56, kInputSize, &size.pixels));
  AIRY_TRY(flags.Integer("epochs", 1, 10000, &size.epochs));
  AIRY_TRY(flags.Integer("seeds", 1, 100, &size.seeds));
  for (const char* changed : {"shots", "pixels", "epochs", "seeds"}) {
    if (flags.Has(changed)) size.name = "own";
  }
  return size;
}

// As `train` reads them, at the size.
Result<model::TrainerOptions> ReadBase(const Flags& flags,
                                       const studies::StudySize& size) {
  const std::string epochs = std::to_string(size.epochs);
  const std::string pixels = std::to_string(size.pixels);
  std::vector<std::string> words = {"--epochs", epochs, "--size", pixels,
                                    "--allow-missing-classes"};
  for (const char* name : {"recipe", "device", "dtype"}) {
    if (!flags.Has(name)) continue;
    words.push_back(std::string("--") + name);
    flags.Text(name, &words.emplace_back());
  }
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  AIRY_ASSIGN_OR_RETURN(const Flags train,
                        Flags::Parse(arguments, TrainSwitches(), TrainValued()));
  return ReadTrainerOptions(train);
}

}  // namespace

Result<StudyFlags> ReadStudyFlags(const Flags& flags) {
  StudyFlags study;
  studies::StudySettings& settings = study.settings;
  AIRY_ASSIGN_OR_RETURN(settings.size, ReadSize(flags));
  AIRY_ASSIGN_OR_RETURN(settings.base, ReadBase(flags, settings.size));
  study.out = "model/results";
  flags.Text("out", &study.out);
  study.work = (std::filesystem::path(study.out) / "work").string();
  flags.Text("work", &study.work);
  AIRY_TRY(flags.Integer("threads", 1, 256, &study.threads));
  AIRY_TRY(flags.Number("memory", 0, 1e6, &study.memory_gb));
  if (flags.Has("runs")) {
    AIRY_TRY(flags.Integer("runs", 0, 1'000'000, &study.limits.runs.emplace()));
  }
  if (flags.Has("minutes")) {
    AIRY_TRY(flags.Number("minutes", 0, 1e6, &study.limits.minutes.emplace()));
  }
  if (std::filesystem::exists(kReference)) settings.reference = kReference;
  flags.Text("reference", &settings.reference);
  if (settings.reference.empty()) return study;
  AIRY_ASSIGN_OR_RETURN(const model::Checkpoint reference,
                        model::ReadCheckpoint(settings.reference));
  settings.reference_sha256 = reference.sha256;
  return study;
}

}  // namespace airy::trainer
