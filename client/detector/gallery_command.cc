#include "client/detector/gallery_command.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "client/detector/gallery_choice.h"
#include "client/detector/gallery_sheet.h"
#include "model/simulation/noise_level.h"
#include "model/simulation/pool_seeds.h"
#include "model/simulation/simulator.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_map.h"
#include "preprocess/transform/rescale.h"

namespace airy::detector {
namespace {

constexpr int kNaturalShots = 64;  // whose medians bound the noise

Status Check(const GalleryOptions& options) {
  AIRY_TRY(ShotRenderer::CheckThreads(options.threads));
  if (options.candidates < 100 || options.candidates > 100'000) {
    return InvalidArgument("--candidates must be 100..100000; was " +
                           std::to_string(options.candidates));
  }
  if (simulation::IsPoolSeed(options.seed)) {
    return InvalidArgument("--seed " + std::to_string(options.seed) +
                           " is kept for the pools of simulate");
  }
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) return Unavailable("--out " + options.out + ": " + error.message());
  return OkStatus();
}

// Images and maps as airyd makes them.
class Pictures {
 public:
  static Result<std::unique_ptr<Pictures>> Create(int rendered_size) {
    auto pictures = std::unique_ptr<Pictures>(new Pictures());
    AIRY_ASSIGN_OR_RETURN(pictures->rescaler_,
                          transform::Rescaler::Create(rendered_size, rendered_size, {}));
    AIRY_ASSIGN_OR_RETURN(pictures->mapper_,
                          transform::CcfMapper::Create(kInputSize, kInputSize, {}));
    return pictures;
  }
  Image ImageOf(const simulation::Shot& shot) const {
    Image image;
    rescaler_->Apply(
        DenseView(shot.counts.data(), PixelType::kUint16, shot.rows, shot.cols),
        /*scale=*/1, &image);
    return image;
  }
  Image MapOf(const Image& image) const {
    transform::CcfMapper::Workspace workspace(*mapper_);
    Image map;
    mapper_->Apply(image, &workspace, &map);
    return map;
  }

 private:
  Pictures() = default;
  std::unique_ptr<transform::Rescaler> rescaler_;
  std::unique_ptr<const transform::CcfMapper> mapper_;
};

Result<std::array<double, 4>> FindNoiseBounds(const GalleryOptions& options,
                                              const Pictures& pictures,
                                              const StopSignals& stop) {
  AIRY_ASSIGN_OR_RETURN(const auto natural,
                        simulation::Simulator::Create({}, options.seed));
  ShotRenderer renderer(*natural, options.threads);
  std::array<std::vector<double>, 4> statistics;
  for (int i = 0; i < kNaturalShots; ++i) {
    if (stop.Raised()) return Status(StatusCode::kCancelled, "stopped by a signal");
    int64_t index = 0;
    const Image image = pictures.ImageOf(renderer.Next(&index));
    for (size_t level = 0; level < statistics.size(); ++level) {
      statistics[level].push_back(simulation::NoiseStatistic(
          static_cast<simulation::NoiseLevel>(level), image.pixels()));
    }
  }
  std::array<double, 4> bounds{};
  std::ranges::transform(statistics, bounds.begin(), simulation::Median);
  return bounds;
}

}  // namespace

Status RunGallery(const GalleryOptions& options, const StopSignals& stop) {
  AIRY_TRY(Check(options));
  simulation::SimulatorOptions even;
  even.balance = 1;
  AIRY_ASSIGN_OR_RETURN(const auto simulator,
                        simulation::Simulator::Create(even, options.seed));
  AIRY_ASSIGN_OR_RETURN(const auto pictures, Pictures::Create(even.size));
  AIRY_ASSIGN_OR_RETURN(
      const std::vector<GalleryShot> shots,
      ChooseShots(*simulator, options.candidates, options.threads, stop));
  AIRY_ASSIGN_OR_RETURN(const auto bounds, FindNoiseBounds(options, *pictures, stop));
  const std::filesystem::path folder(options.out);
  std::vector<GalleryPair> clean;
  for (const GalleryShot& shot : shots) {
    if (stop.Raised()) return {StatusCode::kCancelled, "stopped by a signal"};
    const Image image = pictures->ImageOf(simulator->Render(shot.index));
    std::array<GalleryPair, 4> levels;
    for (size_t level = 0; level < levels.size(); ++level) {
      levels[level].image = image;
      simulation::AddNoise(bounds[level], options.seed, shot.index,
                           levels[level].image.pixels());
      levels[level].map = pictures->MapOf(levels[level].image);
    }
    const std::string name(kClassNames[static_cast<size_t>(shot.class_index)]);
    AIRY_TRY(SaveClassSheet(shot, levels, bounds, folder / (name + ".png")));
    clean.push_back(std::move(levels[0]));
  }
  return SaveOverview(shots, clean, folder / "classes.png");
}

}  // namespace airy::detector
