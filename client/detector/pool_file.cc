#include "client/detector/pool_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include "client/detector/class_quota.h"
#include "client/detector/progress_bar.h"
#include "client/detector/shot_renderer.h"
#include "client/detector/truth_columns.h"
#include "preprocess/frame/result.h"
#include "proto/cxi/shot_file.h"

namespace airy::detector {
namespace {

namespace fs = std::filesystem;

// So many shots are looked at for one that is needed before the pool is given up.
constexpr int64_t kMaxTriesPerShot = 100;

fs::path CacheFolder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) {
    return fs::path(cache) / "airy";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : "/tmp") / ".cache" / "airy";
}

// Every class that a hit can have.
std::vector<int> HitClasses() {
  std::vector<int> classes(kEmpty);
  std::iota(classes.begin(), classes.end(), 0);
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

Status AppendShots(const PoolRecipe& recipe, bool hits, int threads,
                   cxi::ShotWriter* writer, const StopSignals& stop) {
  const int64_t wanted = hits ? recipe.hits : recipe.misses;
  if (wanted == 0) return OkStatus();
  simulation::SimulatorOptions options;
  options.size = recipe.size;
  options.balance = recipe.balance;
  options.empty_share = hits ? 0 : 1;
  AIRY_ASSIGN_OR_RETURN(const auto simulator,
                        simulation::Simulator::Create(options, recipe.seed));
  const auto classes = hits ? HitClasses() : std::vector<int>{};
  const bool roomy = wanted >= kMinPositives * static_cast<int64_t>(classes.size());
  ClassQuota quota(wanted, classes, roomy ? kMinPositives : 0);
  ShotRenderer renderer(*simulator, threads);
  ProgressBar progress(hits ? "simulating hits" : "simulating misses", wanted);
  int64_t index = 0;
  while (!quota.full()) {
    if (stop.Raised()) return {StatusCode::kCancelled, "stopped by a signal"};
    const simulation::Shot shot = renderer.Next(&index);
    if (index >= kMaxTriesPerShot * wanted) {
      return ResourceExhausted("seed " + std::to_string(recipe.seed) +
                               ": some class does not come up " +
                               std::to_string(kMinPositives) + " times in " +
                               std::to_string(index) + " shots; try a higher --balance");
    }
    const bool is_hit = shot.labels[kEmpty] == 0;
    if (is_hit != hits || !quota.Take(shot.labels)) continue;
    AIRY_TRY(writer->Append(shot.counts.data(), shot.labels, TruthValues(shot, index)));
    progress.Advance();
  }
  return OkStatus();
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
  cxi::ShotWriterOptions options;
  options.info.rows = recipe.size;
  options.info.cols = recipe.size;
  options.info.type = PixelType::kUint16;
  options.info.labelled = true;
  options.title = "Simulated shots for airy-detector";
  options.attributes = {{"simulator_version", simulation::kSimulatorVersion},
                        {"seed", std::to_string(recipe.seed)},
                        {"balance", std::to_string(recipe.balance)}};
  options.truth_names = TruthNames();
  AIRY_ASSIGN_OR_RETURN(const auto writer, cxi::ShotWriter::Create(path, options));
  AIRY_TRY(AppendShots(recipe, true, threads, writer.get(), stop));
  AIRY_TRY(AppendShots(recipe, false, threads, writer.get(), stop));
  return writer->Close();
}

}  // namespace airy::detector
