#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "proto/images/open_file.h"
#include "proto/images/picture.h"

namespace airy::images {
namespace {

// An open TIFF file that stands at one of its pages.
class TiffFile {
 public:
  explicit TiffFile(const std::string& path) {
    TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, KeepError, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options, IgnoreWarning, nullptr);
    tiff_ = TIFFOpenExt(path.c_str(), "r", options);
    TIFFOpenOptionsFree(options);
  }
  ~TiffFile() {
    if (tiff_ != nullptr) TIFFClose(tiff_);
  }
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  TIFF* get() const { return tiff_; }
  // What libtiff last complained of; empty while all went well.
  const std::string& problem() const { return problem_; }

  // Goes to page `index`: the next one without looking at those before it.
  bool GoTo(int64_t index) {
    if (index < page_) {
      if (TIFFSetDirectory(tiff_, 0) == 0) return false;
      page_ = 0;
    }
    for (; page_ < index; ++page_) {
      if (TIFFReadDirectory(tiff_) == 0) return false;
    }
    return true;
  }
  uint32_t Tag(uint32_t tag, uint32_t missing) const {
    uint32_t value = 0;
    return TIFFGetFieldDefaulted(tiff_, tag, &value) == 1 ? value : missing;
  }
  uint32_t ShortTag(uint32_t tag, uint32_t missing) const {
    uint16_t value = 0;
    return TIFFGetFieldDefaulted(tiff_, tag, &value) == 1 ? value : missing;
  }

 private:
  static int KeepError(TIFF*, void* file, const char*, const char* format,
                       va_list arguments) {
    std::array<char, 256> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    static_cast<TiffFile*>(file)->problem_ = text.data();
    return 1;
  }
  static int IgnoreWarning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

  TIFF* tiff_ = nullptr;
  std::string problem_;
  int64_t page_ = 0;
};

std::optional<PixelType> TypeOf(uint32_t format, uint32_t bits) {
  switch (format) {
    case SAMPLEFORMAT_UINT:
      if (bits == 8) return PixelType::kUint8;
      if (bits == 16) return PixelType::kUint16;
      if (bits == 32) return PixelType::kUint32;
      return std::nullopt;
    case SAMPLEFORMAT_INT:
      if (bits == 16) return PixelType::kInt16;
      if (bits == 32) return PixelType::kInt32;
      return std::nullopt;
    case SAMPLEFORMAT_IEEEFP:
      if (bits == 32) return PixelType::kFloat32;
      if (bits == 64) return PixelType::kFloat64;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// Shape and type of the page the file stands at.
Result<cxi::ShotSetInfo> DescribePage(const TiffFile& file) {
  constexpr uint32_t kMaxEdge = 65536;
  const uint32_t rows = file.Tag(TIFFTAG_IMAGELENGTH, 0);
  const uint32_t cols = file.Tag(TIFFTAG_IMAGEWIDTH, 0);
  const uint32_t samples = file.ShortTag(TIFFTAG_SAMPLESPERPIXEL, 1);
  const uint32_t colours = file.ShortTag(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  const uint32_t bits = file.ShortTag(TIFFTAG_BITSPERSAMPLE, 1);
  const uint32_t format = file.ShortTag(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if (samples != 1 || colours == PHOTOMETRIC_PALETTE) {
    return InvalidArgument("must be a grey image of 1 channel; is a colour or palette " +
                           ("one of " + std::to_string(samples)));
  }
  if (rows < 1 || rows > kMaxEdge || cols < 1 || cols > kMaxEdge) {
    return InvalidArgument("must have 1..65536 rows and columns; has " +
                           std::to_string(rows) + " x " + std::to_string(cols));
  }
  const std::optional<PixelType> type = TypeOf(format, bits);
  if (!type) {
    return InvalidArgument(
        "must hold uint8, int16, uint16, int32, uint32, float32 or float64; holds " +
        std::to_string(bits) + " bits of sample format " + std::to_string(format));
  }
  return cxi::ShotSetInfo{1, static_cast<int>(rows), static_cast<int>(cols), *type,
                          false};
}

// Pages with rows in strips.
bool ReadStrips(TIFF* tiff, std::byte* pixels, size_t bytes) {
  const tmsize_t strip_bytes = TIFFStripSize(tiff);
  for (uint32_t strip = 0; strip < TIFFNumberOfStrips(tiff); ++strip) {
    const auto size =
        static_cast<tmsize_t>(std::min(bytes, static_cast<size_t>(strip_bytes)));
    if (TIFFReadEncodedStrip(tiff, strip, pixels, size) != size) return false;
    pixels += size;
    bytes -= static_cast<size_t>(size);
  }
  return bytes == 0;
}

constexpr tmsize_t kMaxTileBytes = 256 << 20;  // more is a damaged size

// Pages in tiles; those at the right and lower edge reach over it.
bool ReadTiles(const TiffFile& file, const cxi::ShotSetInfo& info, std::byte* pixels) {
  const int tile_rows = static_cast<int>(file.Tag(TIFFTAG_TILELENGTH, 0));
  const int tile_cols = static_cast<int>(file.Tag(TIFFTAG_TILEWIDTH, 0));
  const size_t pixel = PixelSize(info.type);
  const tmsize_t tile_bytes = TIFFTileSize(file.get());
  if (tile_rows <= 0 || tile_cols <= 0 || tile_bytes > kMaxTileBytes ||
      static_cast<size_t>(tile_bytes) !=
          static_cast<size_t>(tile_rows) * static_cast<size_t>(tile_cols) * pixel) {
    return false;
  }
  std::vector<std::byte> tile(static_cast<size_t>(tile_bytes));
  for (int top = 0; top < info.rows; top += tile_rows) {
    for (int left = 0; left < info.cols; left += tile_cols) {
      const uint32_t number = TIFFComputeTile(file.get(), static_cast<uint32_t>(left),
                                              static_cast<uint32_t>(top), 0, 0);
      if (TIFFReadEncodedTile(file.get(), number, tile.data(), tile_bytes) != tile_bytes)
        return false;
      const size_t width = static_cast<size_t>(std::min(tile_cols, info.cols - left));
      for (int row = top; row < std::min(top + tile_rows, info.rows); ++row) {
        const size_t from =
            static_cast<size_t>(row - top) * static_cast<size_t>(tile_cols);
        const size_t to = static_cast<size_t>(row) * static_cast<size_t>(info.cols) +
                          static_cast<size_t>(left);
        std::memcpy(pixels + to * pixel, tile.data() + from * pixel, width * pixel);
      }
    }
  }
  return true;
}

class TiffImages final : public Picture {
 public:
  TiffImages(std::string path, const cxi::ShotSetInfo& info,
             std::unique_ptr<TiffFile> file)
      : Picture(std::move(path), info), file_(std::move(file)) {}

  Status Read(int64_t index, void* pixels) override {
    AIRY_TRY(CheckIndex(index));
    const std::string page = path() + " page " + std::to_string(index);
    if (!file_->GoTo(index)) return DataLoss(page + ": " + file_->problem());
    auto found = DescribePage(*file_);
    if (!found.ok()) return found.status().WithContext(page);
    if (found->rows != info().rows || found->cols != info().cols ||
        found->type != info().type) {
      return InvalidArgument(
          page + ": must be as page 0 is; is " + std::to_string(found->rows) + " x " +
          std::to_string(found->cols) + " " + std::string(PixelTypeName(found->type)));
    }
    const size_t bytes = static_cast<size_t>(info().rows) *
                         static_cast<size_t>(info().cols) * PixelSize(info().type);
    auto* out = static_cast<std::byte*>(pixels);
    const bool read = TIFFIsTiled(file_->get()) != 0
                          ? ReadTiles(*file_, info(), out)
                          : ReadStrips(file_->get(), out, bytes);
    return read ? OkStatus() : DataLoss(page + ": " + file_->problem());
  }

 private:
  const std::unique_ptr<TiffFile> file_;
};

}  // namespace

Result<std::unique_ptr<ImageReader>> OpenTiff(const std::string& path) {
  // Counting leaves a file at its last page, and libtiff without a way to tell.
  int64_t pages = 0;
  {
    const TiffFile counted(path);
    if (counted.get() != nullptr) pages = TIFFNumberOfDirectories(counted.get());
    if (!counted.problem().empty()) {
      return DataLoss(path + ": TIFF: " + counted.problem());
    }
  }
  auto file = std::make_unique<TiffFile>(path);
  if (file->get() == nullptr) return DataLoss(path + ": TIFF: " + file->problem());
  auto info = DescribePage(*file);
  if (!info.ok()) return info.status().WithContext(path);
  info->shots = pages;
  return std::unique_ptr<ImageReader>(
      std::make_unique<TiffImages>(path, *info, std::move(file)));
}

}  // namespace airy::images
