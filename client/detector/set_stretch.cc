#include "client/detector/set_stretch.h"

#include <memory>
#include <utility>

#include "client/detector/class_quota.h"
#include "client/detector/progress_bar.h"
#include "client/detector/shot_renderer.h"
#include "client/detector/truth_columns.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/rescale.h"

namespace airy::detector {
namespace {

// So many shots are looked at for one that is needed before the set is given up.
constexpr int64_t kMaxTriesPerShot = 100;

// The pixels of a shot as the set keeps them.
class ShotPixels {
 public:
  // `size`: see SetOptions.
  static Result<ShotPixels> Create(int rendered, int size) {
    ShotPixels pixels;
    if (size == rendered) return pixels;
    transform::RescaleOptions options;
    options.output_size = size;
    AIRY_ASSIGN_OR_RETURN(pixels.rescaler_,
                          transform::Rescaler::Create(rendered, rendered, options));
    return pixels;
  }
  // Valid until the next call, and as long as `shot` lives.
  const void* Of(const simulation::Shot& shot) {
    if (rescaler_ == nullptr) return shot.counts.data();
    rescaler_->Apply(
        DenseView(shot.counts.data(), PixelType::kUint16, shot.rows, shot.cols), 1,
        &image_);
    return image_.pixels().data();
  }

 private:
  std::unique_ptr<transform::Rescaler> rescaler_;
  Image image_;
};

// Whether a shot is a hit by one droplet, of this shape and without a core.
bool IsOne(const std::string& shape, const simulation::Shot& shot) {
  return shot.truth.shape == shape && shot.labels[kEmpty] == 0 &&
         shot.truth.companions.front().radius_nm == 0 && shot.truth.core_ratio == 0;
}

}  // namespace

cxi::ShotWriterOptions SetOptions(const simulation::SimulatorOptions& simulator,
                                  int size) {
  cxi::ShotWriterOptions options;
  options.info.rows = size;
  options.info.cols = size;
  options.info.type = size == simulator.size ? PixelType::kUint16 : PixelType::kFloat32;
  options.info.labelled = true;
  options.truth_names = TruthNames();
  options.photon_energies = true;
  options.geometry = GeometryOf(size);
  return options;
}

Status WriteStretch(const SetStretch& stretch, int size, int threads,
                    cxi::ShotWriter* writer, const StopSignals& stop) {
  const int64_t end = stretch.first + stretch.shots;
  if (writer->written() >= end) return OkStatus();
  AIRY_ASSIGN_OR_RETURN(const auto simulator,
                        simulation::Simulator::Create(stretch.simulator, stretch.seed));
  AIRY_ASSIGN_OR_RETURN(ShotPixels pixels,
                        ShotPixels::Create(stretch.simulator.size, size));
  ClassQuota quota(stretch.shots, stretch.classes, stretch.minimum);
  int64_t next = 0;
  for (int64_t shot = stretch.first; shot < writer->written(); ++shot) {
    AIRY_ASSIGN_OR_RETURN(const auto numbers, writer->ReadBack(shot));
    quota.Take(numbers.labels);
    next = TruthIndex(numbers.truth) + 1;
  }
  ShotRenderer::Wanted wanted;
  if (!stretch.shape.empty()) {
    wanted = [&](const simulation::Shot& shot) { return IsOne(stretch.shape, shot); };
  }
  ShotRenderer renderer(*simulator, threads, next, wanted);
  ProgressBar progress(stretch.label, stretch.shots, writer->written() - stretch.first);
  while (writer->written() < end) {
    if (stop.Raised()) return {StatusCode::kCancelled, "stopped by a signal"};
    int64_t index = 0;
    const simulation::Shot shot = renderer.Next(&index);
    if (index >= kMaxTriesPerShot * stretch.shots) {
      return ResourceExhausted(
          "seed " + std::to_string(stretch.seed) + ": " +
          (stretch.shape.empty()
               ? "some class does not come up " + std::to_string(stretch.minimum)
               : "shape " + stretch.shape + " does not come up " +
                     std::to_string(stretch.shots)) +
          " times in " + std::to_string(index) + " shots; try a higher --balance");
    }
    if (wanted && !wanted(shot)) continue;
    const bool is_hit = shot.labels[kEmpty] == 0;
    if (stretch.hits.value_or(is_hit) != is_hit || !quota.Take(shot.labels)) continue;
    AIRY_TRY(writer->Append(pixels.Of(shot), shot.labels, TruthValues(shot, index),
                            PhotonEnergyJ(shot)));
    progress.Advance();
  }
  return OkStatus();
}

}  // namespace airy::detector
