#include "client/cli/image_file.h"

#include <array>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <string_view>
#include <utility>

#include "proto/cxi/shot_file.h"

namespace airy::cli {
namespace {

LoadedImage MakeImage(int rows, int cols, PixelType type) {
  LoadedImage image;
  image.bytes.resize(static_cast<size_t>(rows) * static_cast<size_t>(cols) *
                     PixelSize(type));
  image.pixels = DenseView(image.bytes.data(), type, rows, cols);
  return image;
}

class Hdf5File final : public ImageFile {
 public:
  explicit Hdf5File(std::unique_ptr<cxi::ShotReader> reader)
      : reader_(std::move(reader)) {}

  int64_t count() const override { return reader_->info().shots; }

  Result<LoadedImage> Read(int64_t index) override {
    const cxi::ShotSetInfo& info = reader_->info();
    LoadedImage image = MakeImage(info.rows, info.cols, info.type);
    AIRY_TRY(reader_->ReadPixels(index, image.bytes.data()));
    return image;
  }

 private:
  std::unique_ptr<cxi::ShotReader> reader_;
};

class PictureFile final : public ImageFile {
 public:
  PictureFile(cv::Mat picture, PixelType type)
      : picture_(std::move(picture)), type_(type) {}

  int64_t count() const override { return 1; }

  Result<LoadedImage> Read(int64_t) override {
    LoadedImage image = MakeImage(picture_.rows, picture_.cols, type_);
    const size_t row_bytes = static_cast<size_t>(picture_.cols) * PixelSize(type_);
    std::byte* out = image.bytes.data();
    for (int row = 0; row < picture_.rows; ++row, out += row_bytes) {
      std::memcpy(out, picture_.ptr(row), row_bytes);
    }
    return image;
  }

 private:
  const cv::Mat picture_;
  const PixelType type_;
};

Result<PixelType> TypeOf(const cv::Mat& picture) {
  if (picture.channels() != 1) {
    return InvalidArgument("has " + std::to_string(picture.channels()) +
                           " colour channels; a detector image has 1");
  }
  switch (picture.depth()) {
    case CV_8U:
      return PixelType::kUint8;
    case CV_16U:
      return PixelType::kUint16;
    case CV_16S:
      return PixelType::kInt16;
    case CV_32S:
      return PixelType::kInt32;
    case CV_32F:
      return PixelType::kFloat32;
    case CV_64F:
      return PixelType::kFloat64;
    default:
      return InvalidArgument("has pixels of OpenCV depth " +
                             std::to_string(picture.depth()) +
                             ", which airy does not take");
  }
}

Result<std::unique_ptr<ImageFile>> OpenPicture(const std::string& path) {
  cv::Mat picture;
  try {
    picture = cv::imread(path, cv::IMREAD_UNCHANGED);
  } catch (const std::exception& error) {
    return InvalidArgument(std::string("cannot be decoded: ") + error.what());
  }
  if (picture.empty()) {
    return InvalidArgument("is neither an HDF5 file nor a PNG or TIFF image");
  }
  AIRY_ASSIGN_OR_RETURN(const PixelType type, TypeOf(picture));
  return std::unique_ptr<ImageFile>(
      std::make_unique<PictureFile>(std::move(picture), type));
}

bool IsHdf5(std::ifstream& file) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  std::array<char, kSignature.size()> start{};
  file.read(start.data(), start.size());
  return file && std::string_view(start.data(), start.size()) == kSignature;
}

Result<std::unique_ptr<ImageFile>> OpenAny(const std::string& path,
                                           const std::string& dataset) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return NotFound("is not a file that exists");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound("cannot be read");
  if (IsHdf5(file)) {
    AIRY_ASSIGN_OR_RETURN(auto reader, cxi::ShotReader::Open(path, dataset));
    return std::unique_ptr<ImageFile>(std::make_unique<Hdf5File>(std::move(reader)));
  }
  if (!dataset.empty()) {
    return InvalidArgument("is not an HDF5 file; --dataset needs one");
  }
  return OpenPicture(path);
}

}  // namespace

Result<std::unique_ptr<ImageFile>> ImageFile::Open(const std::string& path,
                                                   const std::string& dataset) {
  auto file = OpenAny(path, dataset);
  if (!file.ok()) return file.status().WithContext(path);
  return file;
}

}  // namespace airy::cli
