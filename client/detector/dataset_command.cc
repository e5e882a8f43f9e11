#include "client/detector/dataset_command.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "client/detector/progress_bar.h"
#include "client/detector/truth_columns.h"
#include "model/simulation/pool_seeds.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/rescale.h"
#include "proto/cxi/shot_file.h"

namespace airy::detector {
namespace {

constexpr int kRenderedSize = 1035;

Status Check(const DatasetOptions& options) {
  AIRY_TRY(ShotRenderer::CheckThreads(options.threads));
  if (options.shots < 1) {
    return InvalidArgument("--shots must be 1 or more; was " +
                           std::to_string(options.shots));
  }
  if (options.size < 8 || options.size > kRenderedSize) {
    return InvalidArgument("--size must be 8..1035; was " + std::to_string(options.size));
  }
  if (simulation::IsPoolSeed(options.seed)) {
    return InvalidArgument("--seed " + std::to_string(options.seed) +
                           " is kept for the pools of simulate");
  }
  if (std::filesystem::exists(options.out)) {
    return FailedPrecondition(options.out + ": exists already");
  }
  return OkStatus();
}

cxi::ShotWriterOptions FileOptions(const DatasetOptions& options) {
  cxi::ShotWriterOptions file;
  file.info.rows = options.size;
  file.info.cols = options.size;
  file.info.type =
      options.size == kRenderedSize ? PixelType::kUint16 : PixelType::kFloat32;
  file.info.labelled = true;
  file.title = "Simulated shots for training";
  file.attributes = {{"simulator_version", simulation::kSimulatorVersion},
                     {"seed", std::to_string(options.seed)},
                     {"balance", std::to_string(options.balance)},
                     {"empty_share", std::to_string(options.empty_share)}};
  file.truth_names = TruthNames();
  return file;
}

}  // namespace

Status RunDataset(const DatasetOptions& options, const StopSignals& stop) {
  AIRY_TRY(Check(options));
  simulation::SimulatorOptions simulator_options;
  simulator_options.size = kRenderedSize;
  simulator_options.balance = options.balance;
  simulator_options.empty_share = options.empty_share;
  AIRY_ASSIGN_OR_RETURN(const auto simulator,
                        simulation::Simulator::Create(simulator_options, options.seed));
  transform::RescaleOptions rescale_options;
  rescale_options.output_size = options.size;
  AIRY_ASSIGN_OR_RETURN(
      const auto rescaler,
      transform::Rescaler::Create(kRenderedSize, kRenderedSize, rescale_options));
  AIRY_ASSIGN_OR_RETURN(const auto writer,
                        cxi::ShotWriter::Create(options.out, FileOptions(options)));

  ShotRenderer renderer(*simulator, options.threads);
  ProgressBar progress("simulating " + options.out, options.shots);
  Image image;
  for (int64_t written = 0; written < options.shots; ++written) {
    if (stop.Raised()) return {StatusCode::kCancelled, "stopped by a signal"};
    int64_t index = 0;
    const simulation::Shot shot = renderer.Next(&index);
    const void* pixels = shot.counts.data();
    if (options.size != kRenderedSize) {
      rescaler->Apply(
          DenseView(shot.counts.data(), PixelType::kUint16, shot.rows, shot.cols), 1,
          &image);
      pixels = image.pixels().data();
    }
    AIRY_TRY(writer->Append(pixels, shot.labels, TruthValues(shot, index)));
    progress.Advance();
  }
  return writer->Close();
}

}  // namespace airy::detector
