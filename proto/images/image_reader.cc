#include "proto/images/image_reader.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "proto/images/image_list.h"
#include "proto/images/image_names.h"
#include "proto/images/open_file.h"

namespace airy::images {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view signature;
  Result<std::unique_ptr<ImageReader>> (*open)(const std::string& path);
};

// The first bytes of each kind. HDF5 also knows files with a block of somebody else's in
// front, so it is asked about all others.
constexpr std::array kPictures = {Kind{"\x89PNG\r\n\x1a\n"sv, OpenPng},
                                  Kind{"II*\0"sv, OpenTiff}, Kind{"MM\0*"sv, OpenTiff},
                                  Kind{"II+\0"sv, OpenTiff},  // BigTIFF
                                  Kind{"MM\0+"sv, OpenTiff}};

// An image is held in memory whole; more pixels than this are a damaged shape.
constexpr int64_t kMaxPixels = int64_t{1} << 28;

Status CheckSet(const cxi::ShotSetInfo& info, const std::string& name) {
  if (info.shots == 0) {
    return InvalidArgument(name + ": must hold at least 1 image; holds 0");
  }
  if (int64_t{info.rows} * info.cols > kMaxPixels) {
    return InvalidArgument(name + ": an image must have at most " +
                           std::to_string(kMaxPixels) + " pixels; has " +
                           std::to_string(info.rows) + " x " + std::to_string(info.cols));
  }
  return OkStatus();
}

Result<std::unique_ptr<ImageReader>> OpenClasses(
    const std::string& name, const std::vector<std::string>& folders) {
  std::vector<std::string> files;
  std::vector<std::string> names;
  std::vector<size_t> classes;
  for (const std::string& folder : folders) {
    AIRY_ASSIGN_OR_RETURN(const std::vector<std::string> of_class, ImageFiles(folder));
    files.insert(files.end(), of_class.begin(), of_class.end());
    classes.resize(files.size(), names.size());
    const auto same = std::find(names.begin(), names.end(), ClassNameOf(folder));
    if (same != names.end()) {
      return InvalidArgument(
          name + ": folders of classes must have names of their own; " + folder +
          " and " + folders[static_cast<size_t>(same - names.begin())] + " were both '" +
          *same + "'");
    }
    names.push_back(ClassNameOf(folder));
  }
  AIRY_ASSIGN_OR_RETURN(auto reader, ImageList::Open(files, names, classes));
  AIRY_TRY(CheckSet(reader->info(), name));
  return reader;
}

}  // namespace

Result<std::unique_ptr<ImageReader>> OpenFile(const std::string& name) {
  AIRY_ASSIGN_OR_RETURN(const ImageName parsed, ParseImageName(name));
  std::ifstream file(parsed.path, std::ios::binary);
  if (!file) return NotFound(parsed.path + ": cannot be read");
  std::array<char, 8> start{};
  file.read(start.data(), start.size());
  const std::string_view read(start.data(), static_cast<size_t>(file.gcount()));
  for (const Kind& kind : kPictures) {
    if (!read.starts_with(kind.signature)) continue;
    if (parsed.dataset.empty()) return kind.open(parsed.path);
    return InvalidArgument(parsed.path + ": is a picture and has no dataset " +
                           parsed.dataset);
  }
  if (cxi::IsHdf5File(parsed.path)) return OpenHdf5(parsed.path, parsed.dataset);
  return InvalidArgument(parsed.path +
                         ": is neither an HDF5 file (CXI) nor a PNG nor a TIFF");
}

Result<std::unique_ptr<ImageReader>> ImageReader::Open(const std::string& name) {
  return Open(std::span(&name, 1));
}

Result<std::unique_ptr<ImageReader>> ImageReader::Open(
    std::span<const std::string> names) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    AIRY_ASSIGN_OR_RETURN(const std::vector<std::string> folders, ClassFolders(name));
    if (!folders.empty() && names.size() == 1) return OpenClasses(name, folders);
    AIRY_ASSIGN_OR_RETURN(const std::vector<std::string> of_name, ImageFiles(name));
    files.insert(files.end(), of_name.begin(), of_name.end());
  }
  if (files.empty()) return InvalidArgument("at least one image file must be named");
  AIRY_ASSIGN_OR_RETURN(
      auto reader, files.size() == 1 ? OpenFile(files.front()) : ImageList::Open(files));
  AIRY_TRY(CheckSet(reader->info(), names.front()));
  return reader;
}

}  // namespace airy::images
