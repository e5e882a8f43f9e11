#include "model/trainer/shot_source.h"

#include <algorithm>
#include <vector>

#include "model/simulation/pool_seeds.h"
#include "model/simulation/simulator.h"
#include "model/trainer/parallel_for.h"
#include "model/trainer/progress_line.h"
#include "preprocess/transform/rescale.h"
#ifdef AIRY_READS_IMAGES
#include "model/trainer/file_images.h"
#endif

namespace airy::trainer {
namespace {

constexpr int kMaxShots = 1'000'000;

Result<model::Dataset> Simulate(const Flags& flags, int threads) {
  AIRY_ASSIGN_OR_RETURN(const SimulatedShots shots_of, ReadSimulateFlags(flags));
  const auto& [seed, count, options] = shots_of;
  AIRY_ASSIGN_OR_RETURN(auto simulator, simulation::Simulator::Create(options, seed));
  AIRY_ASSIGN_OR_RETURN(auto rescaler,
                        transform::Rescaler::Create(options.size, options.size, {}));

  model::Dataset dataset("simulator " + std::string(simulation::kSimulatorVersion) +
                         " seed " + std::to_string(seed) + " shots " +
                         std::to_string(count) + " balance " +
                         std::to_string(options.balance) + " empty-share " +
                         std::to_string(options.empty_share));
  ProgressLine line("rendering", static_cast<int64_t>(count));
  Image image;
  // A slice at a time: rendered in any order, added in index order.
  const uint64_t slice = 16 * static_cast<uint64_t>(threads);
  for (uint64_t start = 0; start < count; start += slice) {
    std::vector<simulation::Shot> shots(std::min(slice, count - start));
    ParallelFor(shots.size(), threads,
                [&](size_t i) { shots[i] = simulator->Render(start + i); });
    for (const simulation::Shot& shot : shots) {
      rescaler->Apply(
          DenseView(shot.counts.data(), PixelType::kUint16, shot.rows, shot.cols),
          /*scale=*/1, &image);
      AIRY_TRY(dataset.Add(image.pixels(), shot.labels));
    }
    line.Show(dataset.size());
  }
  return dataset;
}

Result<model::Dataset> Open(const std::string& name) {
  if (name.ends_with(".safetensors")) return model::ReadDataset(name);
#ifdef AIRY_READS_IMAGES
  AIRY_ASSIGN_OR_RETURN(auto file, FileImages::Open(name));
  std::string description = file->description();
  std::vector<model::Labels> labels = file->labels();
  return model::Dataset(std::move(description), std::move(labels), std::move(file));
#else
  return FailedPrecondition("this airy-trainer was built without HDF5 and cannot read '" +
                            name + "'; use --simulate SEED:COUNT or a .safetensors set");
#endif
}

}  // namespace

Result<SimulatedShots> ReadSimulateFlags(const Flags& flags) {
  std::string text;
  flags.Text("simulate", &text);
  const size_t colon = text.find(':');
  SimulatedShots shots;
  if (colon == std::string::npos ||
      !ParseUnsigned(std::string_view(text).substr(0, colon), &shots.seed) ||
      !ParseUnsigned(std::string_view(text).substr(colon + 1), &shots.count) ||
      shots.count < 1 || shots.count > kMaxShots) {
    return InvalidArgument("option --simulate must be SEED:COUNT with COUNT in 1.." +
                           std::to_string(kMaxShots) + "; was '" + text + "'");
  }
  if (simulation::IsPoolSeed(shots.seed)) {
    return InvalidArgument(
        "option --simulate: seeds " + std::to_string(simulation::kFirstPoolSeed) + ".." +
        std::to_string(simulation::kLastPoolSeed) +
        " are kept for the pools of airy-detector; was " + std::to_string(shots.seed));
  }
  AIRY_TRY(flags.Number("balance", 0, 1, &shots.options.balance));
  AIRY_TRY(flags.Number("empty-share", 0, 1, &shots.options.empty_share));
  return shots;
}

Result<model::Dataset> LoadShots(const Flags& flags, int threads) {
  if (flags.Has("data") == flags.Has("simulate")) {
    return InvalidArgument("give exactly one of --data FILE and --simulate SEED:COUNT");
  }
  if (flags.Has("simulate")) return Simulate(flags, threads);
  std::string name;
  flags.Text("data", &name);
  return Open(name);
}

Status KeepInMemory(double memory_gb, model::Dataset* dataset) {
  const int64_t bytes = dataset->size() * model::Dataset::kBytesPerImage;
  if (dataset->images_held() > 0 || static_cast<double>(bytes) > 1e9 * memory_gb) {
    return OkStatus();
  }
  ProgressLine line("reading", dataset->size());
  return dataset->Load([&line](int64_t done) { line.Show(done); });
}

}  // namespace airy::trainer
