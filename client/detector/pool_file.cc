#include "client/detector/pool_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "client/detector/set_stretch.h"
#include "preprocess/frame/result.h"
#include "proto/cxi/shot_file.h"

namespace airy::detector {
namespace {

namespace fs = std::filesystem;

fs::path CacheFolder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) {
    return fs::path(cache) / "airy";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : "/tmp") / ".cache" / "airy";
}

// Every class that a hit can have.
std::vector<int> HitClasses() {
  std::vector<int> classes;
  for (int index = 0; index < kClassCount; ++index) {
    if (index != kEmpty) classes.push_back(index);
  }
  return classes;
}

// That `path` holds what PreparePool writes for the recipe. Only its pixels are not read:
// that would take as long as loading the pool.
Status CheckPool(const PoolRecipe& recipe, const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const auto reader, cxi::ShotReader::Open(path));
  const cxi::ShotSetInfo& info = reader->info();
  if (info.shots != recipe.hits + recipe.misses) {
    return DataLoss(path + ": must hold " + std::to_string(recipe.hits + recipe.misses) +
                    " shots; holds " + std::to_string(info.shots));
  }
  if (info.rows != recipe.size || info.cols != recipe.size ||
      info.type != PixelType::kUint16) {
    return DataLoss(path + ": its shots must be of uint16, " +
                    std::to_string(recipe.size) + " pixels high and wide");
  }
  AIRY_ASSIGN_OR_RETURN(const auto labels, reader->ReadLabels());
  const auto is_hit = [](const cxi::Labels& shot) { return shot[kEmpty] == 0; };
  const auto first_miss = labels.begin() + recipe.hits;
  if (!std::all_of(labels.begin(), first_miss, is_hit) ||
      std::any_of(first_miss, labels.end(), is_hit)) {
    return DataLoss(path + ": must hold " + std::to_string(recipe.hits) + " hits, then " +
                    std::to_string(recipe.misses) + " misses");
  }
  return OkStatus();
}

simulation::SimulatorOptions SimulatorOf(const PoolRecipe& recipe, bool hits) {
  simulation::SimulatorOptions options;
  options.size = recipe.size;
  options.balance = recipe.balance;
  options.empty_share = hits ? 0 : 1;
  return options;
}

SetStretch Hits(const PoolRecipe& recipe) {
  const std::vector<int> classes = HitClasses();
  const bool roomy = recipe.hits >= kMinPositives * static_cast<int64_t>(classes.size());
  return {.label = "simulating hits",
          .simulator = SimulatorOf(recipe, true),
          .seed = recipe.seed,
          .shots = recipe.hits,
          .hits = true,
          .classes = classes,
          .minimum = roomy ? kMinPositives : 0};
}

SetStretch Misses(const PoolRecipe& recipe) {
  return {.label = "simulating misses",
          .simulator = SimulatorOf(recipe, false),
          .seed = recipe.seed,
          .first = recipe.hits,
          .shots = recipe.misses,
          .hits = false,
          .classes = {},
          .minimum = 0};
}

}  // namespace

Status Validate(const PoolRecipe& recipe) {
  const auto out_of_range = [](const std::string& rule, const std::string& value) {
    return InvalidArgument(rule + "; was " + value);
  };
  for (const auto& [name, count] :
       {std::pair{"--hits", recipe.hits}, std::pair{"--misses", recipe.misses}}) {
    if (count < 0 || count > 100'000) {
      return out_of_range(std::string(name) + " must be 0..100000",
                          std::to_string(count));
    }
  }
  if (!simulation::IsPoolSeed(recipe.seed)) {
    return out_of_range("--seed must be " + std::to_string(simulation::kFirstPoolSeed) +
                            ".." + std::to_string(simulation::kLastPoolSeed) +
                            ", apart from training",
                        std::to_string(recipe.seed));
  }
  if (!(recipe.balance >= 0 && recipe.balance <= 1)) {
    return out_of_range("--balance must be 0..1", std::to_string(recipe.balance));
  }
  return OkStatus();
}

std::string PoolPath(const PoolRecipe& recipe, const std::string& folder) {
  const std::string name =
      "pool-v" + std::string(simulation::kSimulatorVersion) + "-seed" +
      std::to_string(recipe.seed) + "-" + std::to_string(recipe.hits) + "hits-" +
      std::to_string(recipe.misses) + "misses-" + std::to_string(recipe.size) +
      "px-balance" + std::to_string(recipe.balance).substr(0, 4) + ".cxi";
  return ((folder.empty() ? CacheFolder() : fs::path(folder)) / name).string();
}

Status PreparePool(const PoolRecipe& recipe, const std::string& path, int threads,
                   const StopSignals& stop) {
  std::error_code error;
  if (fs::exists(path, error)) {
    const Status whole = CheckPool(recipe, path);
    if (whole.ok()) return OkStatus();
    std::fprintf(stderr, "airy-detector: %s; the pool is rendered anew\n",
                 whole.message().c_str());
    fs::remove(path, error);
    if (error) return Unavailable(path + ": " + error.message());
  }
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error) return Unavailable(path + ": " + error.message());
  const SetStretch hits = Hits(recipe);
  const SetStretch misses = Misses(recipe);
  cxi::ShotWriterOptions options = SetOptions(hits.simulator, recipe.size);
  options.info.shots = hits.shots + misses.shots;
  options.title = "Simulated shots for airy-detector";
  options.attributes = {{"simulator_version", simulation::kSimulatorVersion},
                        {"seed", std::to_string(recipe.seed)},
                        {"balance", std::to_string(recipe.balance)}};
  AIRY_ASSIGN_OR_RETURN(const auto writer, cxi::ShotWriter::Create(path, options));
  for (const SetStretch& stretch : {hits, misses}) {
    AIRY_TRY(WriteStretch(stretch, recipe.size, threads, writer.get(), stop));
  }
  return writer->Close();
}

}  // namespace airy::detector
