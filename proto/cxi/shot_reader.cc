#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/image_stack.h"
#include "proto/cxi/label_table.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/setup_reader.h"
#include "proto/cxi/shot_file.h"

namespace airy::cxi {
namespace {

// EXtra-data's virtual CXI files spell the ids the second way.
constexpr std::array<const char*, 2> kTrainIdPlaces = {layout::kTrainId,
                                                       "/entry_1/trainId"};
constexpr std::array<const char*, 2> kPulseIdPlaces = {layout::kPulseId,
                                                       "/entry_1/pulseId"};
constexpr hsize_t kMaxShots = 1U << 24;  // more is a damaged extent

Result<H5Id> OpenFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return NotFound(path + " does not exist");
  if (std::filesystem::is_directory(path, error)) {
    return InvalidArgument(path + " is a folder, not an HDF5 file");
  }
  if (!IsHdf5File(path)) return InvalidArgument(path + " is not an HDF5 file");
  Result<H5Id> file = H5Own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), path);
  if (file.ok()) return file;
  return DataLoss(file.status().message());
}

// The first of `places` that exists, or an empty string.
std::string FirstPlace(hid_t file, std::span<const char* const> places) {
  for (const char* place : places) {
    if (Exists(file, place)) return place;
  }
  return {};
}

// The length of a one-dimensional dataset; nothing for any other.
std::optional<int64_t> ColumnLength(hid_t file, const std::string& place) {
  if (place.empty()) return std::nullopt;
  const H5Id dataset(H5Dopen2(file, place.c_str(), H5P_DEFAULT));
  if (!dataset.valid()) return std::nullopt;
  const auto shape = Shape(dataset);
  if (!shape.ok() || shape->size() != 1 || (*shape)[0] > kMaxShots) return std::nullopt;
  return static_cast<int64_t>((*shape)[0]);
}

// The first `shots` values; a hit file that lost its writer may hold more than that.
template <typename T>
Result<std::vector<T>> ReadColumn(hid_t file, const std::string& place, int64_t shots) {
  const std::optional<int64_t> length = ColumnLength(file, place);
  if (!length || *length < shots) {
    return InvalidArgument(place + " must be a column of " + std::to_string(shots) +
                           " values, one per shot");
  }
  AIRY_ASSIGN_OR_RETURN(std::vector<T> values, ReadDataset<T>(file, place));
  values.resize(static_cast<size_t>(shots));
  return values;
}

herr_t AddName(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/,
               void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

// Whether a column of numbers is at `place`, one per shot.
bool IsTruth(hid_t file, const std::string& place, int64_t shots) {
  if (!Exists(file, place) || ColumnLength(file, place) != shots) return false;
  const H5Id dataset(H5Dopen2(file, place.c_str(), H5P_DEFAULT));
  return PixelTypeOf(H5Id(H5Dget_type(dataset))).has_value();
}

}  // namespace

bool IsHdf5File(const std::string& path) {
  SilenceHdf5();
  return H5Fis_hdf5(path.c_str()) > 0;
}

struct ShotReader::File {
  std::string path;
  H5Id file;
  ImageStack stack;
  ShotSetInfo info;
  std::string train_id_place;  // both empty: the file has no ids
  std::string pulse_id_place;

  Status FindAll(const std::string& dataset_path);
  Result<std::vector<Labels>> ReadLabels() const;
  // Begins the message of an error with the path.
  Status InFile(const Status& status) const { return status.WithContext(path); }
  template <typename T>
  Result<T> InFile(Result<T> result) const {
    return result.ok() ? std::move(result) : InFile(result.status());
  }
};

Status ShotReader::File::FindAll(const std::string& dataset_path) {
  AIRY_ASSIGN_OR_RETURN(stack, ImageStack::Find(file, dataset_path));
  const StackShape& shape = stack.shape();
  info = {stack.shots(), shape.rows, shape.cols, shape.type, false};

  if (Exists(file, layout::kShotsWritten)) {
    AIRY_ASSIGN_OR_RETURN(const auto written,
                          ReadDataset<int64_t>(file, layout::kShotsWritten));
    if (written.size() != 1 || written[0] < info.shots) {
      return DataLoss("its writing was interrupted: holds " +
                      (written.empty() ? "none" : std::to_string(written[0])) + " of " +
                      std::to_string(info.shots) + " shots");
    }
  }

  const std::string train = FirstPlace(file, kTrainIdPlaces);
  const std::string pulse = FirstPlace(file, kPulseIdPlaces);
  const std::optional<int64_t> trains = ColumnLength(file, train);
  const std::optional<int64_t> pulses = ColumnLength(file, pulse);
  if (trains && pulses) {
    train_id_place = train;
    pulse_id_place = pulse;
    // Ids are written last: a shot without ids is one whose writer was killed.
    info.shots = std::min({info.shots, *trains, *pulses});
  }
  const int64_t shots = stack.entries().size() > 1 ? 1 : info.shots;
  info.labelled = LabelTable::Find(file, stack.entries().front(), shots).ok();
  return OkStatus();
}

Result<std::vector<Labels>> ShotReader::File::ReadLabels() const {
  const bool shot_per_entry = stack.entries().size() > 1;
  std::vector<Labels> all;
  for (const std::string& entry : stack.entries()) {
    AIRY_ASSIGN_OR_RETURN(const LabelTable table,
                          LabelTable::Find(file, entry, shot_per_entry ? 1 : info.shots));
    AIRY_ASSIGN_OR_RETURN(const std::vector<Labels> labels, table.Read(file));
    all.insert(all.end(), labels.begin(), labels.end());
  }
  return all;
}

Result<std::unique_ptr<ShotReader>> ShotReader::Open(const std::string& path,
                                                     const std::string& dataset_path) {
  SilenceHdf5();
  auto file = std::make_unique<File>();
  file->path = path;
  AIRY_ASSIGN_OR_RETURN(file->file, OpenFile(path));
  AIRY_TRY(file->InFile(file->FindAll(dataset_path)));
  return std::unique_ptr<ShotReader>(new ShotReader(std::move(file)));
}

ShotReader::ShotReader(std::unique_ptr<File> file) : file_(std::move(file)) {}
ShotReader::~ShotReader() = default;

const ShotSetInfo& ShotReader::info() const { return file_->info; }

Status ShotReader::ReadPixels(int64_t index, void* pixels) const {
  SilenceHdf5();
  const ShotSetInfo& info = file_->info;
  if (index < 0 || index >= info.shots) {
    return InvalidArgument("shot of " + file_->path + " must be 0.." +
                           std::to_string(info.shots - 1) + "; was " +
                           std::to_string(index));
  }
  const Status read = file_->stack.Read(index, pixels);
  return read.WithContext(file_->path + " shot " + std::to_string(index));
}

Result<std::vector<Labels>> ShotReader::ReadLabels() const {
  SilenceHdf5();
  return file_->InFile(file_->ReadLabels());
}

Result<std::vector<double>> ShotReader::ReadTruth(const std::string& name) const {
  SilenceHdf5();
  const std::string place = std::string(layout::kSample) + "/" + name;
  if (!Exists(file_->file, place)) return NotFound(file_->path + " has no " + place);
  return file_->InFile(ReadColumn<double>(file_->file, place, file_->info.shots));
}

Result<std::vector<TruthColumn>> ShotReader::ReadAllTruth() const {
  SilenceHdf5();
  std::vector<TruthColumn> columns;
  if (!Exists(file_->file, layout::kSample)) return columns;
  std::vector<std::string> names;
  AIRY_TRY(file_->InFile(
      H5Check(H5Literate_by_name(file_->file, layout::kSample, H5_INDEX_NAME, H5_ITER_INC,
                                 nullptr, AddName, &names, H5P_DEFAULT),
              layout::kSample)));
  for (const std::string& name : names) {
    const std::string place = std::string(layout::kSample) + "/" + name;
    if (!IsTruth(file_->file, place, file_->info.shots)) continue;
    AIRY_ASSIGN_OR_RETURN(std::vector<double> values, ReadTruth(name));
    columns.push_back({name, std::move(values)});
  }
  return columns;
}

Result<ShotReader::Ids> ShotReader::ReadIds() const {
  SilenceHdf5();
  Ids ids;
  if (file_->train_id_place.empty()) return ids;
  const int64_t shots = file_->info.shots;
  AIRY_ASSIGN_OR_RETURN(ids.train_id, file_->InFile(ReadColumn<uint64_t>(
                                          file_->file, file_->train_id_place, shots)));
  AIRY_ASSIGN_OR_RETURN(ids.pulse_id, file_->InFile(ReadColumn<uint64_t>(
                                          file_->file, file_->pulse_id_place, shots)));
  return ids;
}

Result<std::vector<std::string>> ShotReader::ReadIdentifiers() const {
  SilenceHdf5();
  return file_->InFile(
      cxi::ReadIdentifiers(file_->file, file_->stack, file_->info.shots));
}

Result<std::vector<double>> ShotReader::ReadPhotonEnergiesJ() const {
  SilenceHdf5();
  return file_->InFile(
      cxi::ReadPhotonEnergiesJ(file_->file, file_->stack, file_->info.shots));
}

Result<Setup> ShotReader::ReadSetup() const {
  SilenceHdf5();
  return file_->InFile(cxi::ReadSetup(file_->file, file_->stack));
}

std::optional<std::string> ShotReader::Attribute(const std::string& name) const {
  SilenceHdf5();
  if (!Exists(file_->file, layout::kEntry)) return std::nullopt;
  const H5Id entry(H5Oopen(file_->file, layout::kEntry, H5P_DEFAULT));
  const auto texts = ReadAttribute(entry, name);
  if (!texts || texts->size() != 1) return std::nullopt;
  return texts->front();
}

}  // namespace airy::cxi
