#include "proto/cxi/shot_layout.h"

#include <fcntl.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>

#include "proto/cxi/file_lock.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/output_file.h"
#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

// A dataset that is written in place: what it is called, and its type and shape.
struct Piece {
  std::string path;
  hid_t type = H5I_INVALID_HID;
  std::vector<hsize_t> shape;
};

Piece Stack(const ShotSetInfo& info) {
  return {layout::kStack,
          NativeType(info.type),
          {static_cast<hsize_t>(info.shots), static_cast<hsize_t>(info.rows),
           static_cast<hsize_t>(info.cols)}};
}

Piece Tags(const ShotSetInfo& info) {
  return {
      layout::kTags, H5T_NATIVE_INT8, {kClassCount, static_cast<hsize_t>(info.shots)}};
}

Piece Note(const ShotSetInfo& info) {
  return {
      layout::kNote, H5T_NATIVE_INT32, {static_cast<hsize_t>(info.shots), kClassCount}};
}

Piece Column(const ShotSetInfo& info, const std::string& path) {
  return {path, H5T_NATIVE_DOUBLE, {static_cast<hsize_t>(info.shots)}};
}

std::string TruthPath(const std::string& name) {
  return std::string(layout::kSample) + "/" + name;
}

const Piece& ShotsWritten() {
  static const Piece piece{layout::kShotsWritten, H5T_NATIVE_INT64, {1}};
  return piece;
}

// One piece in the file, there from the beginning.
Result<H5Id> Create(hid_t file, const Piece& piece) {
  AIRY_ASSIGN_OR_RETURN(const H5Id creation,
                        H5Own(H5Pcreate(H5P_DATASET_CREATE), piece.path));
  AIRY_TRY(H5Check(H5Pset_layout(creation, H5D_CONTIGUOUS), piece.path));
  AIRY_TRY(H5Check(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), piece.path));
  AIRY_TRY(H5Check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), piece.path));
  AIRY_ASSIGN_OR_RETURN(const H5Id space,
                        H5Own(H5Screate_simple(static_cast<int>(piece.shape.size()),
                                               piece.shape.data(), nullptr),
                              piece.path));
  return CreateDataset(file, piece.path, piece.type, space, creation);
}

Status CreateLabels(hid_t file, const ShotSetInfo& info) {
  AIRY_ASSIGN_OR_RETURN(const H5Id tags, Create(file, Tags(info)));
  AIRY_TRY(WriteAttribute(tags, layout::kHeadings, kClassNames));
  return Create(file, Note(info)).status();
}

Status WriteIdentifiers(hid_t file, const ShotWriterOptions& options) {
  const std::vector<std::string>& given = options.identifiers;
  std::array<char, 32> text{};  // "shot_00000042"
  size_t length = 13;
  for (const std::string& name : given) length = std::max(length, name.size());
  std::string bytes;
  for (int64_t shot = 0; shot < options.info.shots; ++shot) {
    if (given.empty()) {
      std::snprintf(text.data(), text.size(), "shot_%08lld",
                    static_cast<long long>(shot));
    }
    std::string name = given.empty() ? text.data() : given[static_cast<size_t>(shot)];
    name.resize(length, '\0');
    bytes += name;
  }
  AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(length));
  const auto count = static_cast<hsize_t>(options.info.shots);
  return WriteDataset(file, layout::kIdentifier, type, {&count, 1}, bytes.data());
}

Status WriteHeader(hid_t file, const ShotWriterOptions& options) {
  AIRY_TRY(WriteScalar(file, layout::kVersion, layout::kCxiVersion));
  AIRY_TRY(WriteScalar(file, layout::kEntryCount, 1));
  AIRY_TRY(WriteText(file, layout::kTitle, options.title));
  AIRY_ASSIGN_OR_RETURN(
      const H5Id entry,
      H5Own(H5Gopen2(file, layout::kEntry, H5P_DEFAULT), layout::kEntry));
  for (const auto& [name, value] : options.attributes) {
    AIRY_TRY(WriteAttribute(entry, name, value));
  }
  return OkStatus();
}

Status WriteGeometry(hid_t file, const DetectorGeometry& geometry) {
  const auto write = [file](const char* path, std::span<const hsize_t> shape,
                            const double* values) {
    return WriteDataset(file, path, H5T_NATIVE_DOUBLE, shape, values);
  };
  for (const auto& [path, length_m] :
       {std::pair{layout::kDistance, geometry.distance_m},
        std::pair{layout::kXPixelSize, geometry.x_pixel_size_m},
        std::pair{layout::kYPixelSize, geometry.y_pixel_size_m}}) {
    if (length_m) AIRY_TRY(write(path, {}, &*length_m));
  }
  constexpr std::array<hsize_t, 2> kBasisShape = {2, 3};
  if (const auto& basis = geometry.basis_vectors_m) {
    AIRY_TRY(write(layout::kBasisVectors, kBasisShape, basis->front().data()));
  }
  if (const auto& corner = geometry.corner_position_m) {
    AIRY_TRY(
        write(layout::kCornerPosition, std::span(kBasisShape).last(1), corner->data()));
  }
  return OkStatus();
}

Status CreateAll(hid_t file, const ShotWriterOptions& options) {
  const ShotSetInfo& info = options.info;
  AIRY_TRY(WriteHeader(file, options));
  {
    AIRY_ASSIGN_OR_RETURN(const H5Id written, Create(file, ShotsWritten()));
    const int64_t none = 0;
    AIRY_TRY(
        H5Check(H5Dwrite(written, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &none),
                layout::kShotsWritten));
  }
  AIRY_TRY(WriteIdentifiers(file, options));
  AIRY_TRY(WriteGeometry(file, options.geometry));
  if (info.labelled) AIRY_TRY(CreateLabels(file, info));
  for (const std::string& name : options.truth_names) {
    AIRY_TRY(Create(file, Column(info, TruthPath(name))).status());
  }
  if (options.photon_energies) {
    AIRY_TRY(Create(file, Column(info, layout::kEnergy)).status());
  }
  AIRY_ASSIGN_OR_RETURN(const H5Id stack, Create(file, Stack(info)));
  AIRY_TRY(WriteAttribute(stack, layout::kAxes, layout::kStackAxes));
  return WriteSoftLink(file, layout::kStack, layout::kDataLink);
}

// Where a piece lies; nothing when there is none, or another than this.
Result<off_t> Find(hid_t file, const Piece& piece) {
  const auto other = [&piece](const std::string& found) {
    return FailedPrecondition("was begun with " + found + " as " + piece.path + ", not " +
                              ShapeText(piece.shape) + " of " + DescribeType(piece.type));
  };
  if (!Exists(file, piece.path)) return other("nothing");
  AIRY_ASSIGN_OR_RETURN(
      const H5Id dataset,
      H5Own(H5Dopen2(file, piece.path.c_str(), H5P_DEFAULT), piece.path));
  AIRY_ASSIGN_OR_RETURN(const H5Id type, H5Own(H5Dget_type(dataset), piece.path));
  AIRY_ASSIGN_OR_RETURN(const auto shape, Shape(dataset));
  if (shape != piece.shape || H5Tequal(type, piece.type) <= 0) {
    return other(ShapeText(shape) + " of " + DescribeType(type));
  }
  const haddr_t place = H5Dget_offset(dataset);
  if (place == HADDR_UNDEF) return other("several pieces");
  return static_cast<off_t>(place);
}

Status CheckAttributes(hid_t file, const ShotWriterOptions& options) {
  if (!Exists(file, layout::kEntry)) return FailedPrecondition("is not a set of shots");
  AIRY_ASSIGN_OR_RETURN(
      const H5Id entry,
      H5Own(H5Oopen(file, layout::kEntry, H5P_DEFAULT), layout::kEntry));
  for (const auto& [name, value] : options.attributes) {
    const auto found = ReadAttribute(entry, name);
    if (found && found->size() == 1 && found->front() == value) continue;
    return FailedPrecondition("was begun with " + name + " " +
                              (found && found->size() == 1 ? found->front() : "not set") +
                              ", not " + value);
  }
  return OkStatus();
}

Result<ShotLayout> FindAll(hid_t file, const ShotWriterOptions& options) {
  const ShotSetInfo& info = options.info;
  AIRY_TRY(CheckAttributes(file, options));
  ShotLayout places;
  AIRY_ASSIGN_OR_RETURN(places.pixels, Find(file, Stack(info)));
  AIRY_ASSIGN_OR_RETURN(places.shots_written, Find(file, ShotsWritten()));
  if (info.labelled) {
    AIRY_ASSIGN_OR_RETURN(places.tags, Find(file, Tags(info)));
    AIRY_ASSIGN_OR_RETURN(places.note, Find(file, Note(info)));
  }
  for (const std::string& name : options.truth_names) {
    AIRY_ASSIGN_OR_RETURN(const off_t place, Find(file, Column(info, TruthPath(name))));
    places.truth.push_back(place);
  }
  if (options.photon_energies) {
    AIRY_ASSIGN_OR_RETURN(places.photon_energies,
                          Find(file, Column(info, layout::kEnergy)));
  }
  return places;
}

// So that a full disk is known before hours of work. A file system that cannot do it
// tells later.
Status TakeSpace(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const FileLock file, FileLock::Take(path));
  std::error_code error;
  const auto size = static_cast<off_t>(std::filesystem::file_size(path, error));
  if (error) return SystemError("size of " + path, error.value());
  if (fallocate(file.fd(), 0, 0, size) == 0 || errno == EOPNOTSUPP || errno == ENOSYS) {
    return OkStatus();
  }
  return SystemError("take " + std::to_string(size) + " bytes of disk");
}

}  // namespace

Status CreateShots(const std::string& path, const ShotWriterOptions& options) {
  AIRY_ASSIGN_OR_RETURN(OutputFile file,
                        OutputFile::Create(path, OutputFile::Format::kWidest));
  const Status created = CreateAll(file, options);
  const Status closed = file.Close();
  AIRY_TRY(closed);  // a disk that fails is the cause of whatever else did
  AIRY_TRY(created);
  return TakeSpace(path);
}

Result<ShotLayout> FindShots(const std::string& path, const ShotWriterOptions& options) {
  AIRY_ASSIGN_OR_RETURN(const H5Id access, H5Own(H5Pcreate(H5P_FILE_ACCESS), path));
  // Who calls has locked the file.
  AIRY_TRY(H5Check(H5Pset_file_locking(access, false, true), path));
  const H5Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access));
  if (!file.valid()) return FailedPrecondition("is not a set of shots");
  return FindAll(file, options);
}

}  // namespace airy::cxi
