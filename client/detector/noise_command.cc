#include "client/detector/noise_command.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "client/detector/number_text.h"
#include "client/detector/progress_bar.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/rescale.h"
#include "proto/cxi/shot_file.h"
#include "proto/images/image_reader.h"

namespace airy::detector {
namespace {

// The images of a set at 224 x 224, one at a time.
class RescaledSet {
 public:
  static Result<RescaledSet> Open(const std::vector<std::string>& files) {
    RescaledSet set;
    AIRY_ASSIGN_OR_RETURN(set.reader_, images::ImageReader::Open(files));
    const cxi::ShotSetInfo& info = set.reader_->info();
    AIRY_ASSIGN_OR_RETURN(set.rescaler_,
                          transform::Rescaler::Create(info.rows, info.cols, {}));
    set.frame_.resize(static_cast<size_t>(info.rows) * static_cast<size_t>(info.cols) *
                      PixelSize(info.type));
    return set;
  }
  images::ImageReader& reader() const { return *reader_; }
  int64_t shots() const { return reader_->info().shots; }

  // Image 0..shots() - 1, to be changed at will until the next call.
  Result<std::span<float>> Image(int64_t index) {
    AIRY_TRY(reader_->Read(index, frame_.data()));
    const cxi::ShotSetInfo& info = reader_->info();
    rescaler_->Apply(DenseView(frame_.data(), info.type, info.rows, info.cols), 1,
                     &image_);
    return image_.pixels();
  }

 private:
  std::unique_ptr<images::ImageReader> reader_;
  std::unique_ptr<transform::Rescaler> rescaler_;
  std::vector<std::byte> frame_;
  airy::Image image_;
};

Status Stopped() { return {StatusCode::kCancelled, "stopped by a signal"}; }

Result<double> FindBound(simulation::NoiseLevel level, RescaledSet* set,
                         const StopSignals& stop) {
  if (level == simulation::NoiseLevel::kNone) return 0.0;
  ProgressBar progress("measuring", set->shots());
  std::vector<double> statistics;
  for (int64_t shot = 0; shot < set->shots(); ++shot) {
    if (stop.Raised()) return Stopped();
    AIRY_ASSIGN_OR_RETURN(const auto pixels, set->Image(shot));
    statistics.push_back(simulation::NoiseStatistic(level, pixels));
    progress.Advance();
  }
  const double bound = simulation::Median(std::move(statistics));
  if (bound >= 0) return bound;
  return FailedPrecondition("the median over the images must be 0 or more; was " +
                            NumberText(bound));
}

// Everything beside the images.
struct Beside {
  std::vector<cxi::Labels> labels;
  std::vector<cxi::TruthColumn> truth;
  std::vector<std::string> identifiers;
  std::vector<double> photon_energies_j;
};

Result<Beside> ReadBeside(images::ImageReader* reader) {
  Beside beside;
  // Labels that cannot be read are not the same as none.
  auto labels = reader->ReadLabels();
  if (labels.ok()) {
    beside.labels = std::move(labels).value();
  } else if (labels.status().code() != StatusCode::kFailedPrecondition) {
    return labels.status();
  }
  AIRY_ASSIGN_OR_RETURN(beside.truth, reader->ReadTruth());
  AIRY_ASSIGN_OR_RETURN(beside.identifiers, reader->ReadIdentifiers());
  AIRY_ASSIGN_OR_RETURN(beside.photon_energies_j, reader->ReadPhotonEnergiesJ());
  return beside;
}

std::string SourceNames(const std::vector<std::string>& files) {
  std::string names;
  for (const std::string& file : files) {
    // "FILE.h5:/path/in/it" keeps both.
    const size_t inside = file.find(":/");
    const std::string path = file.substr(0, inside);
    names += (names.empty() ? "" : " ") + std::filesystem::path(path).filename().string();
    if (inside != std::string::npos) names += file.substr(inside);
  }
  return names;
}

cxi::ShotWriterOptions FileOptions(const NoiseOptions& options, int64_t shots,
                                   double bound, const Beside& beside) {
  cxi::ShotWriterOptions file;
  file.info = {.shots = shots,
               .rows = kInputSize,
               .cols = kInputSize,
               .type = PixelType::kFloat32,
               .labelled = !beside.labels.empty()};
  file.title = "A set of shots with noise added";
  file.attributes = {
      {"noise_source", SourceNames(options.files)},
      {"noise_level",
       std::string(simulation::kNoiseLevelNames[static_cast<size_t>(options.level)])},
      {"noise_bound", NumberText(bound)},
      {"noise_seed", std::to_string(options.seed)}};
  for (const auto& column : beside.truth) file.truth_names.push_back(column.name);
  file.photon_energies = !beside.photon_energies_j.empty();
  file.identifiers = beside.identifiers;
  return file;
}

Status WriteShot(int64_t shot, std::span<const float> pixels, const Beside& beside,
                 cxi::ShotWriter* writer) {
  const auto row = static_cast<size_t>(shot);
  std::vector<double> truth;
  for (const auto& column : beside.truth) truth.push_back(column.values[row]);
  std::optional<double> energy_j;
  if (!beside.photon_energies_j.empty()) energy_j = beside.photon_energies_j[row];
  return writer->Append(pixels.data(),
                        beside.labels.empty() ? cxi::Labels{} : beside.labels[row], truth,
                        energy_j);
}

}  // namespace

Status RunNoise(const NoiseOptions& options, const StopSignals& stop) {
  if (std::filesystem::exists(options.out)) {
    return FailedPrecondition(options.out + ": exists already");
  }
  // It may be of another source or another command: it is neither gone on with nor lost.
  if (std::filesystem::exists(options.out + ".partial")) {
    return FailedPrecondition(options.out +
                              ".partial: exists already; delete it to begin anew");
  }
  AIRY_ASSIGN_OR_RETURN(RescaledSet set, RescaledSet::Open(options.files));
  AIRY_ASSIGN_OR_RETURN(const Beside beside, ReadBeside(&set.reader()));
  const auto bound = FindBound(options.level, &set, stop);
  AIRY_TRY(bound.status().WithContext(options.files.front()));
  AIRY_ASSIGN_OR_RETURN(
      const auto writer,
      cxi::ShotWriter::Create(options.out,
                              FileOptions(options, set.shots(), *bound, beside)));
  ProgressBar progress("writing " + options.out, set.shots());
  for (int64_t shot = 0; shot < set.shots(); ++shot) {
    if (stop.Raised()) return Stopped();
    AIRY_ASSIGN_OR_RETURN(const auto pixels, set.Image(shot));
    simulation::AddNoise(*bound, options.seed, static_cast<uint64_t>(shot), pixels);
    AIRY_TRY(WriteShot(shot, pixels, beside, writer.get()));
    progress.Advance();
  }
  return writer->Close();
}

}  // namespace airy::detector
