#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "preprocess/frame/clock.h"
#include "proto/cxi/h5_handle.h"
#include "proto/cxi/partial_file.h"
#include "proto/cxi/shot_file.h"
#include "proto/cxi/shot_layout.h"

namespace airy::cxi {
namespace {

constexpr int64_t kCheckpointNs = 1'000'000'000;

Status Validate(const ShotWriterOptions& options) {
  const ShotSetInfo& info = options.info;
  if (info.shots < 1 || info.rows < 1 || info.cols < 1) {
    return InvalidArgument(
        "shots, rows and cols of a shot set must be at least 1; were " +
        std::to_string(info.shots) + " x " + std::to_string(info.rows) + " x " +
        std::to_string(info.cols));
  }
  std::set<std::string> names;
  for (const std::string& name : options.truth_names) {
    if (name.empty() || name.find_first_of("/.") != std::string::npos) {
      return InvalidArgument("truth name must not be empty or hold '/' or '.'; was \"" +
                             name + "\"");
    }
    if (!names.insert(name).second) {
      return InvalidArgument("truth name \"" + name + "\" is given twice");
    }
  }
  const size_t identifiers = options.identifiers.size();
  if (identifiers != 0 && identifiers != static_cast<size_t>(info.shots)) {
    return InvalidArgument("identifiers must be none or one per shot, " +
                           std::to_string(info.shots) + "; were " +
                           std::to_string(identifiers));
  }
  return OkStatus();
}

off_t RowAt(off_t place, int64_t row, size_t row_bytes) {
  return place + static_cast<off_t>(row) * static_cast<off_t>(row_bytes);
}

}  // namespace

struct ShotWriter::File {
  std::string path;
  ShotWriterOptions options;
  PartialFile file;
  ShotLayout places;
  int64_t written = 0;  // shots
  int64_t noted_ns = 0;
  bool finished = false;

  const ShotSetInfo& info() const { return options.info; }
  Status Open();
  Status WritePixels(const void* pixels) const;
  Status WriteLabels(const Labels& labels) const;
  Status WriteColumn(off_t column, double value) const;
  Status Note();
};

Status ShotWriter::File::Open() {
  AIRY_ASSIGN_OR_RETURN(file, PartialFile::Open(path, [this](const std::string& name) {
                          return CreateShots(name, options).WithContext(path);
                        }));
  const auto found = FindShots(file.name(), options);
  if (!found.ok()) {
    return FailedPrecondition(file.name() + " " + found.status().message() +
                              "; delete it to begin anew");
  }
  places = *found;
  AIRY_TRY(file.Read(places.shots_written, &written, sizeof(written)));
  if (written < 0 || written > info().shots) {
    return DataLoss(file.name() + " must have 0.." + std::to_string(info().shots) +
                    " shots written; had " + std::to_string(written));
  }
  noted_ns = SystemClock().SteadyNs();
  return OkStatus();
}

Status ShotWriter::File::WritePixels(const void* pixels) const {
  const size_t bytes = static_cast<size_t>(info().rows) *
                       static_cast<size_t>(info().cols) * PixelSize(info().type);
  return file.Write(RowAt(places.pixels, written, bytes), pixels, bytes);
}

Status ShotWriter::File::WriteLabels(const Labels& labels) const {
  std::array<int32_t, kClassCount> note{};
  std::copy(labels.begin(), labels.end(), note.begin());
  AIRY_TRY(
      file.Write(RowAt(places.note, written, sizeof(note)), note.data(), sizeof(note)));
  for (size_t c = 0; c < labels.size(); ++c) {
    const off_t row = RowAt(places.tags, info().shots, c);
    AIRY_TRY(file.Write(row + written, &labels[c], 1));
  }
  return OkStatus();
}

Status ShotWriter::File::WriteColumn(off_t column, double value) const {
  return file.Write(RowAt(column, written, sizeof(value)), &value, sizeof(value));
}

// The number of whole shots reaches the disk after they have.
Status ShotWriter::File::Note() {
  AIRY_TRY(file.Sync());
  noted_ns = SystemClock().SteadyNs();
  return file.Write(places.shots_written, &written, sizeof(written));
}

Result<std::unique_ptr<ShotWriter>> ShotWriter::Create(const std::string& path,
                                                       const ShotWriterOptions& options) {
  SilenceHdf5();
  AIRY_TRY(Validate(options));
  auto file = std::make_unique<File>();
  file->path = path;
  file->options = options;
  AIRY_TRY(file->Open());
  return std::unique_ptr<ShotWriter>(new ShotWriter(std::move(file)));
}

ShotWriter::ShotWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}

ShotWriter::~ShotWriter() {
  if (file_->finished) return;
  if (file_->written > 0) {
    static_cast<void>(file_->Note());
  } else {
    file_->file.Remove();
  }
}

int64_t ShotWriter::written() const { return file_->written; }

Result<ShotWriter::Numbers> ShotWriter::ReadBack(int64_t shot) const {
  const PartialFile& file = file_->file;
  if (shot < 0 || shot >= file_->written) {
    return InvalidArgument("shot of " + file.name() + " must be 0.." +
                           std::to_string(file_->written - 1) + "; was " +
                           std::to_string(shot));
  }
  Numbers numbers;
  if (file_->info().labelled) {
    std::array<int32_t, kClassCount> note{};
    AIRY_TRY(file.Read(RowAt(file_->places.note, shot, sizeof(note)), note.data(),
                       sizeof(note)));
    std::transform(note.begin(), note.end(), numbers.labels.begin(),
                   [](int32_t label) { return static_cast<uint8_t>(label); });
  }
  for (const off_t column : file_->places.truth) {
    double value = 0;
    AIRY_TRY(file.Read(RowAt(column, shot, sizeof(value)), &value, sizeof(value)));
    numbers.truth.push_back(value);
  }
  return numbers;
}

Status ShotWriter::Append(const void* pixels, const Labels& labels,
                          std::span<const double> truth,
                          std::optional<double> photon_energy_j) {
  if (file_->finished) return FailedPrecondition(file_->path + " is closed");
  if (file_->written == file_->info().shots) {
    return FailedPrecondition(file_->path + " has all of its " +
                              std::to_string(file_->written) + " shots");
  }
  if (truth.size() != file_->options.truth_names.size()) {
    return InvalidArgument("a shot of " + file_->path + " must have " +
                           std::to_string(file_->options.truth_names.size()) +
                           " truth values; had " + std::to_string(truth.size()));
  }
  if (photon_energy_j.has_value() != file_->options.photon_energies) {
    return InvalidArgument("a shot of " + file_->path + " must have " +
                           (photon_energy_j ? "no" : "a") + " photon energy");
  }
  AIRY_TRY(file_->WritePixels(pixels));
  if (file_->info().labelled) AIRY_TRY(file_->WriteLabels(labels));
  for (size_t i = 0; i < truth.size(); ++i) {
    AIRY_TRY(file_->WriteColumn(file_->places.truth[i], truth[i]));
  }
  if (photon_energy_j) {
    AIRY_TRY(file_->WriteColumn(file_->places.photon_energies, *photon_energy_j));
  }
  ++file_->written;
  if (SystemClock().SteadyNs() - file_->noted_ns < kCheckpointNs) return OkStatus();
  return file_->Note();
}

Status ShotWriter::Close() {
  if (file_->finished) return FailedPrecondition(file_->path + " is closed already");
  if (file_->written != file_->info().shots) {
    return FailedPrecondition(file_->path + " must have " +
                              std::to_string(file_->info().shots) + " shots; has " +
                              std::to_string(file_->written));
  }
  AIRY_TRY(file_->Note());
  AIRY_TRY(file_->file.Sync());
  AIRY_TRY(file_->file.Finish());
  file_->finished = true;
  return OkStatus();
}

}  // namespace airy::cxi
