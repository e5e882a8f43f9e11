#include "client/detector/dataset_command.h"

#include <filesystem>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "client/detector/number_text.h"
#include "client/detector/pattern_source.h"
#include "client/detector/set_stretch.h"
#include "model/simulation/pool_seeds.h"
#include "preprocess/frame/result.h"

namespace airy::detector {
namespace {

constexpr int kRenderedSize = 1035;
constexpr int64_t kMaxShots = 10'000'000;

// The shapes of a set in class folders: those that nature and the simulator have most of.
constexpr std::array<std::string_view, 4> kFolderShapes = {"sphere", "oblate", "capsule",
                                                           "two-lobed"};

Status OutOfRange(const std::string& option, int64_t low, int64_t high, int64_t value) {
  return InvalidArgument(option + " must be " + std::to_string(low) + ".." +
                         std::to_string(high) + "; was " + std::to_string(value));
}

// By the names that the command line has for them.
Status CheckSimulator(const simulation::SimulatorOptions& simulator) {
  AIRY_TRY(CheckRange("--balance", simulator.balance, 0, 1));
  if (simulator.empty_share != -1) {
    AIRY_TRY(
        CheckRange("--empty-share (or -1: as in nature)", simulator.empty_share, 0, 1));
  }
  AIRY_TRY(CheckRange("--label-noise", simulator.label_noise, 0, 1));
  AIRY_TRY(CheckRange("--gamma MIN", simulator.gamma_min, 0.25, 4));
  return CheckRange("--gamma MAX", simulator.gamma_max, simulator.gamma_min, 4);
}

Status Check(const DatasetOptions& options) {
  AIRY_TRY(ShotRenderer::CheckThreads(options.threads));
  const SetRecipe& recipe = options.recipe;
  if (recipe.shots < 1 || recipe.shots > kMaxShots) {
    return OutOfRange("--shots", 1, kMaxShots, recipe.shots);
  }
  if (options.class_folders) {
    const auto shapes = static_cast<int64_t>(kFolderShapes.size());
    if (recipe.shots % shapes != 0) {
      return InvalidArgument("--shots with --class-folders must be a multiple of its " +
                             std::to_string(shapes) + " shapes; was " +
                             std::to_string(recipe.shots));
    }
    if (recipe.min_positives != 0) {
      return InvalidArgument("--min-positives is not for --class-folders; was " +
                             std::to_string(recipe.min_positives));
    }
  }
  if (options.size < 8 || options.size > kRenderedSize) {
    return OutOfRange("--size", 8, kRenderedSize, options.size);
  }
  const int64_t most = recipe.shots / static_cast<int64_t>(kClassCount);
  if (recipe.min_positives < 0 || recipe.min_positives > most) {
    return OutOfRange("--min-positives of " + std::to_string(recipe.shots) + " shots", 0,
                      most, recipe.min_positives);
  }
  if (simulation::IsPoolSeed(recipe.seed)) {
    return InvalidArgument("--seed " + std::to_string(recipe.seed) +
                           " is kept for the pools of simulate");
  }
  if (options.out.empty() && recipe.name.empty()) {
    return InvalidArgument("--out must name the file to write");
  }
  return CheckSimulator(recipe.simulator);
}

std::string BandsText(const std::vector<simulation::EnergyBand>& bands) {
  std::string text;
  for (const auto& band : bands) {
    text += (text.empty() ? "" : " ") + NumberText(band.share) + ":" +
            NumberText(band.low_ev) + ".." + NumberText(band.high_ev);
  }
  return text;
}

using AttributeList = std::vector<std::pair<std::string, std::string>>;

AttributeList RecipeAttributes(const SetRecipe& recipe) {
  const simulation::SimulatorOptions& simulator = recipe.simulator;
  return {
      {"simulator_version", simulation::kSimulatorVersion},
      {"seed", std::to_string(recipe.seed)},
      {"min_positives", std::to_string(recipe.min_positives)},
      {"balance", NumberText(simulator.balance)},
      {"empty_share", NumberText(simulator.empty_share)},
      {"label_noise", NumberText(simulator.label_noise)},
      {"energy_bands_ev", BandsText(simulator.energy_bands)},
      {"hole_deg",
       NumberText(simulator.hole_min_deg) + ".." + NumberText(simulator.hole_max_deg)},
      {"gamma", NumberText(simulator.gamma_min) + ".." + NumberText(simulator.gamma_max)},
      {"corrected", simulator.corrected ? "1" : "0"}};
}

// All that decides what is in the set, so that another recipe does not go on with it. A
// named set that options have changed is told from the one that everybody means.
AttributeList Attributes(const SetRecipe& recipe) {
  AttributeList attributes = RecipeAttributes(recipe);
  const SetRecipe* named = FindNamedSet(recipe.name);
  const bool changed = named != nullptr && (named->shots != recipe.shots ||
                                            RecipeAttributes(*named) != attributes);
  attributes.emplace_back("set", recipe.name + (changed ? ", changed" : ""));
  return attributes;
}

std::vector<int> AllClasses() {
  std::vector<int> classes(kClassCount);
  std::iota(classes.begin(), classes.end(), 0);
  return classes;
}

AttributeList AttributesOf(const DatasetOptions& options, const SetStretch& stretch) {
  AttributeList attributes = Attributes(options.recipe);
  if (!stretch.shape.empty()) attributes.emplace_back("shape", stretch.shape);
  return attributes;
}

// FailedPrecondition when a finished file is of another recipe.
Status CheckIsOf(const DatasetOptions& options, const SetStretch& stretch,
                 const std::string& file) {
  AIRY_ASSIGN_OR_RETURN(const auto reader, cxi::ShotReader::Open(file));
  const cxi::ShotSetInfo& info = reader->info();
  bool same = info.shots == stretch.shots && info.rows == options.size;
  for (const auto& [name, value] : AttributesOf(options, stretch)) {
    same = same && reader->Attribute(name) == value;
  }
  return same ? OkStatus()
              : FailedPrecondition(file + ": exists already, and is of another recipe");
}

// One file of a set: `stretch` is all of it.
Status WriteFile(const DatasetOptions& options, const SetStretch& stretch,
                 const std::string& out, const StopSignals& stop) {
  cxi::ShotWriterOptions file = SetOptions(stretch.simulator, options.size);
  file.info.shots = stretch.shots;
  file.title = "Simulated shots for training";
  file.attributes = AttributesOf(options, stretch);
  AIRY_ASSIGN_OR_RETURN(const auto writer, cxi::ShotWriter::Create(out, file));
  const Status written =
      WriteStretch(stretch, options.size, options.threads, writer.get(), stop);
  if (written.code() == StatusCode::kCancelled) {
    return {StatusCode::kCancelled,
            "stopped by a signal after " + std::to_string(writer->written()) + " of " +
                std::to_string(stretch.shots) + " shots; the same command goes on"};
  }
  AIRY_TRY(written);
  return writer->Close();
}

Status WriteClassFolders(const DatasetOptions& options, SetStretch stretch,
                         const std::string& out, const StopSignals& stop) {
  stretch.shots = options.recipe.shots / std::ssize(kFolderShapes);
  for (const std::string_view shape : kFolderShapes) {
    const std::filesystem::path folder = std::filesystem::path(out) / shape;
    const std::string file = (folder / "shots.cxi").string();
    stretch.shape = shape;
    stretch.label = "simulating " + file;
    if (std::filesystem::exists(file)) {  // of a call that was stopped
      AIRY_TRY(CheckIsOf(options, stretch, file));
      continue;
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return NotFound(folder.string() + ": " + error.message());
    AIRY_TRY(WriteFile(options, stretch, file, stop));
  }
  return OkStatus();
}

}  // namespace

Status RunDataset(const DatasetOptions& options, const StopSignals& stop) {
  AIRY_TRY(Check(options));
  const SetRecipe& recipe = options.recipe;
  const std::string out = options.out.empty() ? recipe.name + ".cxi" : options.out;
  const bool in_folders = options.class_folders;
  if (in_folders ? std::filesystem::exists(std::filesystem::path(out) /
                                           kFolderShapes.back() / "shots.cxi")
                 : std::filesystem::exists(out)) {
    return FailedPrecondition(out + ": exists already");
  }
  SetStretch shots{.label = "simulating " + out,
                   .simulator = recipe.simulator,
                   .seed = recipe.seed,
                   .first = 0,
                   .shots = recipe.shots,
                   .hits = std::nullopt,
                   .classes = AllClasses(),
                   .minimum = recipe.min_positives};
  shots.simulator.size = kRenderedSize;
  // Wrong options are told before there is a file.
  AIRY_TRY(simulation::Simulator::Create(shots.simulator, shots.seed).status());
  return in_folders ? WriteClassFolders(options, std::move(shots), out, stop)
                    : WriteFile(options, shots, out, stop);
}

}  // namespace airy::detector
