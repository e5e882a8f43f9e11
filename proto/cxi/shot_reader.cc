#include <algorithm>
#include <array>
#include <filesystem>

#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/label_table.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/shot_file.h"

namespace airy::cxi {
namespace {

constexpr std::array<const char*, 4> kStackPlaces = {
    layout::kDataLink, "/entry_1/image_1/data", layout::kStack, "/data/data"};
// EXtra-data's virtual CXI files spell the ids the second way.
constexpr std::array<const char*, 2> kTrainIdPlaces = {layout::kTrainId,
                                                       "/entry_1/trainId"};
constexpr std::array<const char*, 2> kPulseIdPlaces = {layout::kPulseId,
                                                       "/entry_1/pulseId"};
constexpr hsize_t kMaxEdge = 65536;
constexpr hsize_t kMaxShots = 1U << 24;  // more is a damaged extent

std::string ShapeText(const std::vector<hsize_t>& shape) {
  std::string text;
  for (const hsize_t extent : shape) {
    text += (text.empty() ? "" : " x ") + std::to_string(extent);
  }
  return text.empty() ? "a scalar" : text;
}

Result<H5Id> OpenFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return NotFound(path + " does not exist");
  if (std::filesystem::is_directory(path, error)) {
    return InvalidArgument(path + " is a folder, not an HDF5 file");
  }
  if (H5Fis_hdf5(path.c_str()) <= 0)
    return InvalidArgument(path + " is not an HDF5 file");
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

Result<std::string> FindStack(hid_t file, const std::string& wanted) {
  if (!wanted.empty()) {
    const std::string place = wanted.front() == '/' ? wanted : "/" + wanted;
    if (Exists(file, place)) return place;
    return InvalidArgument("no dataset at " + place);
  }
  std::string place = FirstPlace(file, kStackPlaces);
  if (!place.empty()) return place;
  std::string tried;
  for (const char* name : kStackPlaces)
    tried += std::string(tried.empty() ? "" : ", ") + name;
  return InvalidArgument("no image stack; looked for " + tried);
}

Status DescribeStack(hid_t stack, const std::string& place, ShotSetInfo* info) {
  AIRY_ASSIGN_OR_RETURN(const std::vector<hsize_t> shape, Shape(stack));
  const size_t rank = shape.size();
  if (rank != 2 && rank != 3) {
    return InvalidArgument(place + " must be rows x cols or shots x rows x cols; was " +
                           ShapeText(shape));
  }
  const hsize_t shots = rank == 3 ? shape[0] : 1;
  const hsize_t rows = shape[rank - 2];
  const hsize_t cols = shape[rank - 1];
  if (rows < 1 || rows > kMaxEdge || cols < 1 || cols > kMaxEdge || shots > kMaxShots) {
    return InvalidArgument(place + " must have 1..65536 rows and columns; was " +
                           ShapeText(shape));
  }
  const H5Id type(H5Dget_type(stack));
  const std::optional<PixelType> pixel_type = PixelTypeOf(type);
  if (!pixel_type) {
    return InvalidArgument(place +
                           " must hold uint8, int16, uint16, int32, uint32, float32 or "
                           "float64; was " +
                           DescribeType(type));
  }
  *info = {static_cast<int64_t>(shots), static_cast<int>(rows), static_cast<int>(cols),
           *pixel_type, false};
  return OkStatus();
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

}  // namespace

struct ShotReader::File {
  std::string path;
  H5Id file;
  H5Id stack;
  ShotSetInfo info;
  std::string train_id_place;  // both empty: the file has no ids
  std::string pulse_id_place;
  std::optional<LabelTable> labels;

  Status FindAll(const std::string& dataset_path);
};

Status ShotReader::File::FindAll(const std::string& dataset_path) {
  AIRY_ASSIGN_OR_RETURN(const std::string place, FindStack(file, dataset_path));
  Result<H5Id> dataset = H5Own(H5Dopen2(file, place.c_str(), H5P_DEFAULT), place);
  if (!dataset.ok()) return InvalidArgument(place + " must be a dataset");
  stack = std::move(dataset).value();
  AIRY_TRY(DescribeStack(stack, place, &info));

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
  labels = LabelTable::Find(file, info.shots);
  info.labelled = labels.has_value();
  return OkStatus();
}

Result<std::unique_ptr<ShotReader>> ShotReader::Open(const std::string& path,
                                                     const std::string& dataset_path) {
  SilenceHdf5();
  auto file = std::make_unique<File>();
  file->path = path;
  AIRY_ASSIGN_OR_RETURN(file->file, OpenFile(path));
  const Status found = file->FindAll(dataset_path);
  if (!found.ok()) return found.WithContext(path);
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
  const std::string what = file_->path + " shot " + std::to_string(index);
  AIRY_ASSIGN_OR_RETURN(const H5Id space, H5Own(H5Dget_space(file_->stack), what));
  const std::array<hsize_t, 2> shape = {static_cast<hsize_t>(info.rows),
                                        static_cast<hsize_t>(info.cols)};
  AIRY_ASSIGN_OR_RETURN(const H5Id memory,
                        H5Own(H5Screate_simple(2, shape.data(), nullptr), what));
  if (H5Sget_simple_extent_ndims(space) == 3) {
    const std::array<hsize_t, 3> first = {static_cast<hsize_t>(index), 0, 0};
    const std::array<hsize_t, 3> count = {1, shape[0], shape[1]};
    AIRY_TRY(H5Check(H5Sselect_hyperslab(space, H5S_SELECT_SET, first.data(), nullptr,
                                         count.data(), nullptr),
                     what));
  }
  const Status read = H5Check(
      H5Dread(file_->stack, NativeType(info.type), memory, space, H5P_DEFAULT, pixels),
      what);
  return read.ok() ? read : DataLoss(read.message());
}

Result<std::vector<Labels>> ShotReader::ReadLabels() const {
  SilenceHdf5();
  if (!file_->labels) {
    return FailedPrecondition(file_->path + " has no labels; looked for " +
                              layout::kTags + " with headings, " + layout::kNote);
  }
  return file_->labels->Read(file_->file);
}

Result<std::vector<double>> ShotReader::ReadTruth(const std::string& name) const {
  SilenceHdf5();
  const std::string place = std::string(layout::kSample) + "/" + name;
  if (!Exists(file_->file, place)) return NotFound(file_->path + " has no " + place);
  return ReadColumn<double>(file_->file, place, file_->info.shots);
}

Result<ShotReader::Ids> ShotReader::ReadIds() const {
  SilenceHdf5();
  Ids ids;
  if (file_->train_id_place.empty()) return ids;
  const int64_t shots = file_->info.shots;
  AIRY_ASSIGN_OR_RETURN(ids.train_id,
                        ReadColumn<uint64_t>(file_->file, file_->train_id_place, shots));
  AIRY_ASSIGN_OR_RETURN(ids.pulse_id,
                        ReadColumn<uint64_t>(file_->file, file_->pulse_id_place, shots));
  return ids;
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
