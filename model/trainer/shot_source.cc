#include "model/trainer/shot_source.h"

#include <algorithm>
#include <vector>

#include "model/simulation/pool_seeds.h"
#include "model/simulation/simulator.h"
#include "model/trainer/parallel_for.h"
#include "model/trainer/progress_line.h"
#include "preprocess/transform/rescale.h"
#ifdef AIRY_READS_IMAGES
#include "proto/images/image_reader.h"
#endif

namespace airy::trainer {
namespace {

constexpr int kMaxShots = 1'000'000;

Status AddView(const PixelView& view, transform::Rescaler* rescaler,
               std::span<const uint8_t> labels, model::Dataset* dataset) {
  Image image;
  rescaler->Apply(view, /*scale=*/1, &image);
  return dataset->Add(image.pixels(), labels);
}

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
  // A slice at a time: rendered in any order, added in index order.
  const uint64_t slice = 16 * static_cast<uint64_t>(threads);
  for (uint64_t start = 0; start < count; start += slice) {
    std::vector<simulation::Shot> shots(std::min(slice, count - start));
    ParallelFor(shots.size(), threads,
                [&](size_t i) { shots[i] = simulator->Render(start + i); });
    for (const simulation::Shot& shot : shots) {
      AIRY_TRY(
          AddView(DenseView(shot.counts.data(), PixelType::kUint16, shot.rows, shot.cols),
                  rescaler.get(), shot.labels, &dataset));
    }
    line.Show(dataset.size());
  }
  return dataset;
}

#ifdef AIRY_READS_IMAGES
// What images are labelled with: the class of their folder, else the eleven classes.
struct Truth {
  model::ClassList classes;
  model::LabelTable labels;
};
Result<Truth> ReadTruth(const std::string& name, images::ImageReader* reader) {
  const images::ImageClasses folders = reader->classes();
  if (folders.names.empty()) {
    AIRY_ASSIGN_OR_RETURN(const std::vector<cxi::Labels> rows, reader->ReadLabels());
    Truth truth{model::ElevenClasses(), model::LabelTable(kClassCount)};
    for (const cxi::Labels& row : rows) truth.labels.Add(row);
    return truth;
  }
  if (Status status = model::CheckClassList(folders.names); !status.ok()) {
    return status.WithContext(name);
  }
  Truth truth{folders.names, model::LabelTable(folders.names.size())};
  for (const size_t of_image : folders.of_images) {
    std::vector<uint8_t> row(folders.names.size(), 0);
    row[of_image] = 1;
    truth.labels.Add(row);
  }
  return truth;
}

Result<model::Dataset> Read(const std::string& name) {
  AIRY_ASSIGN_OR_RETURN(const auto reader, images::ImageReader::Open(name));
  const cxi::ShotSetInfo& info = reader->info();
  AIRY_ASSIGN_OR_RETURN(const Truth truth, ReadTruth(name, reader.get()));
  AIRY_ASSIGN_OR_RETURN(const cxi::Setup setup, reader->ReadSetup());
  auto rescaler =
      transform::Rescaler::Create(info.rows, info.cols, {}, cxi::GoodPixels(setup.mask));
  if (!rescaler.ok()) return rescaler.status().WithContext(name);
  std::vector<std::byte> pixels(static_cast<size_t>(info.rows) *
                                static_cast<size_t>(info.cols) * PixelSize(info.type));
  const PixelView view = DenseView(pixels.data(), info.type, info.rows, info.cols);
  model::Dataset dataset(
      name.substr(name.rfind('/') + 1) + " shots " + std::to_string(info.shots),
      truth.classes);
  ProgressLine line("reading", info.shots);
  for (int64_t i = 0; i < info.shots; ++i) {
    AIRY_TRY(reader->Read(i, pixels.data()));
    if (Status status = AddView(view, rescaler->get(),
                                truth.labels[static_cast<size_t>(i)], &dataset);
        !status.ok()) {
      return status.WithContext(name + " shot " + std::to_string(i));
    }
    line.Show(i + 1);
  }
  return dataset;
}
#else
Result<model::Dataset> Read(const std::string& name) {
  return FailedPrecondition("this airy-trainer was built without HDF5 and cannot read '" +
                            name + "'; use --simulate SEED:COUNT or a .safetensors set");
}
#endif

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
  std::string path;
  flags.Text("data", &path);
  return path.ends_with(".safetensors") ? model::ReadDataset(path) : Read(path);
}

}  // namespace airy::trainer
