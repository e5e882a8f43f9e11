#include <png.h>

#include <bit>
#include <cstddef>
#include <cstdio>
#include <utility>

#include "proto/images/open_file.h"
#include "proto/images/picture.h"

namespace airy::images {
namespace {

// A PNG file being decoded. libpng leaves a function by longjmp when something is wrong,
// so each that calls it and returns bool holds nothing that needs destroying.
class PngDecoder {
 public:
  explicit PngDecoder(const std::string& path) : file_(std::fopen(path.c_str(), "rb")) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, Fail, IgnoreWarning);
    info_ = png_create_info_struct(png_);
  }
  ~PngDecoder() {
    png_destroy_read_struct(&png_, &info_, nullptr);
    if (file_ != nullptr) std::fclose(file_);
  }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  // False on failure, which `problem` then tells.
  bool ReadHeader() {
    if (file_ == nullptr) return false;
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_init_io(png_, file_);
    png_read_info(png_, info_);
    return true;
  }
  // After ReadHeader. `rows`: where each row goes, of one or two bytes per pixel.
  bool ReadRows(std::byte** rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_packing(png_);  // a byte per pixel where the file has less
    if (std::endian::native == std::endian::little) png_set_swap(png_);
    png_read_image(png_, reinterpret_cast<png_bytepp>(rows));
    png_read_end(png_, nullptr);
    return true;
  }
  const std::string& problem() const { return problem_; }

  int rows() const { return static_cast<int>(png_get_image_height(png_, info_)); }
  int cols() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  bool grey() const { return png_get_color_type(png_, info_) == PNG_COLOR_TYPE_GRAY; }
  int channels() const { return png_get_channels(png_, info_); }
  PixelType type() const {
    return png_get_bit_depth(png_, info_) == 16 ? PixelType::kUint16 : PixelType::kUint8;
  }

 private:
  static void Fail(png_structp png, png_const_charp message) {
    static_cast<PngDecoder*>(png_get_error_ptr(png))->problem_ = message;
    png_longjmp(png, 1);
  }
  static void IgnoreWarning(png_structp, png_const_charp) {}

  std::FILE* file_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::string problem_ = "cannot be opened";
};

class PngImage final : public Picture {
 public:
  using Picture::Picture;

  Status Read(int64_t index, void* pixels) override {
    AIRY_TRY(CheckIndex(index));
    PngDecoder decoder(path());
    const size_t row_bytes = static_cast<size_t>(info().cols) * PixelSize(info().type);
    std::vector<std::byte*> rows(static_cast<size_t>(info().rows));
    auto* row = static_cast<std::byte*>(pixels);
    for (std::byte*& start : rows) start = std::exchange(row, row + row_bytes);
    if (!decoder.ReadHeader()) return DataLoss(path() + ": PNG: " + decoder.problem());
    if (decoder.rows() != info().rows || decoder.cols() != info().cols ||
        decoder.type() != info().type || !decoder.grey()) {
      return DataLoss(path() + ": was replaced while it was read");
    }
    if (!decoder.ReadRows(rows.data())) {
      return DataLoss(path() + ": PNG: " + decoder.problem());
    }
    return OkStatus();
  }
};

}  // namespace

Result<std::unique_ptr<ImageReader>> OpenPng(const std::string& path) {
  PngDecoder decoder(path);
  if (!decoder.ReadHeader()) return DataLoss(path + ": PNG: " + decoder.problem());
  if (!decoder.grey()) {
    return InvalidArgument(path + ": must be a grey PNG of 1 channel; is a colour or " +
                           "palette one of " + std::to_string(decoder.channels()));
  }
  const cxi::ShotSetInfo info{1, decoder.rows(), decoder.cols(), decoder.type(), false};
  return std::unique_ptr<ImageReader>(std::make_unique<PngImage>(path, info));
}

}  // namespace airy::images
