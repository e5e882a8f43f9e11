#include "proto/cxi/hit_writer.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "proto/cxi/growing_dataset.h"
#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/hit_columns.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/output_file.h"
#include "proto/cxi/superblock.h"
#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

Status Validate(const HitWriterOptions& options) {
  if (options.rows < 1 || options.cols < 1) {
    return InvalidArgument("hits must have at least 1 row and 1 column; had " +
                           std::to_string(options.rows) + " x " +
                           std::to_string(options.cols));
  }
  const size_t pixels =
      static_cast<size_t>(options.rows) * static_cast<size_t>(options.cols);
  if (!options.mask.empty() && options.mask.size() != pixels) {
    return InvalidArgument("mask must have " + std::to_string(pixels) + " pixels; had " +
                           std::to_string(options.mask.size()));
  }
  return OkStatus();
}

bool IsDense(const PixelView& pixels) {
  return pixels.col_stride == 1 && pixels.row_stride == pixels.cols &&
         (pixels.modules == 1 ||
          pixels.module_stride == ptrdiff_t{pixels.rows} * pixels.cols);
}

// Copies a view of any strides into a dense image.
void Gather(const PixelView& pixels, std::vector<std::byte>* image) {
  const size_t size = PixelSize(pixels.type);
  image->resize(size * static_cast<size_t>(pixels.total_rows()) *
                static_cast<size_t>(pixels.cols));
  const auto* from = static_cast<const std::byte*>(pixels.data);
  std::byte* to = image->data();
  for (int m = 0; m < pixels.modules; ++m) {
    for (int r = 0; r < pixels.rows; ++r) {
      for (int c = 0; c < pixels.cols; ++c) {
        const ptrdiff_t at =
            m * pixels.module_stride + r * pixels.row_stride + c * pixels.col_stride;
        std::memcpy(to, from + at * static_cast<ptrdiff_t>(size), size);
        to += size;
      }
    }
  }
}

std::string IsoTimeNow() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

}  // namespace

struct HitWriter::File {
  HitWriterOptions options;
  std::string temporary_path;
  OutputFile file;
  GrowingDataset stack;
  HitColumns columns;
  std::vector<std::byte> gathered;
  std::vector<uint16_t> labels;  // of every hit
  size_t flushed_hits = 0;
  bool failed = false;

  Status WriteHeader() const;
  Status WriteMask() const;
  Status CreateStack();
  Status ShowToReaders();
  Status Append(const Hit& hit, const PixelView& pixels);
  Status Flush();
};

Status HitWriter::File::WriteHeader() const {
  AIRY_TRY(WriteScalar(file, layout::kVersion, layout::kCxiVersion));
  AIRY_TRY(WriteScalar(file, layout::kEntryCount, 1));
  AIRY_TRY(WriteText(file, layout::kTitle, options.title));
  AIRY_TRY(WriteText(file, layout::kStartTime, IsoTimeNow()));
  return WriteText(file, layout::kDescription, options.source);
}

Status HitWriter::File::WriteMask() const {
  const std::array<hsize_t, 2> shape = {static_cast<hsize_t>(options.rows),
                                        static_cast<hsize_t>(options.cols)};
  if (!options.mask.empty()) {
    return WriteDataset(file, layout::kMask, H5T_NATIVE_UINT32, shape,
                        options.mask.data());
  }
  // Never written, it takes no room and reads as zeros: every pixel is good.
  AIRY_ASSIGN_OR_RETURN(const H5Id space,
                        H5Own(H5Screate_simple(2, shape.data(), nullptr), "mask"));
  return CreateDataset(file, layout::kMask, H5T_NATIVE_UINT32, space).status();
}

Status HitWriter::File::CreateStack() {
  AIRY_ASSIGN_OR_RETURN(
      stack,
      GrowingDataset::Create(file, {.path = layout::kStack,
                                    .type = NativeType(options.type),
                                    .row_shape = {static_cast<hsize_t>(options.rows),
                                                  static_cast<hsize_t>(options.cols)},
                                    .compress = options.compress}));
  AIRY_TRY(WriteAttribute(stack.id(), layout::kAxes, layout::kStackAxes));
  return WriteSoftLink(file, layout::kStack, layout::kDataLink);
}

Status HitWriter::File::ShowToReaders() {
  AIRY_TRY(H5Check(H5Fstart_swmr_write(file), "start SWMR mode"));
  AIRY_TRY(file.written());
  if (std::rename(temporary_path.c_str(), options.path.c_str()) != 0) {
    return SystemError("rename " + temporary_path);
  }
  return OkStatus();
}

Status HitWriter::File::Append(const Hit& hit, const PixelView& pixels) {
  if (pixels.type != options.type || pixels.total_rows() != options.rows ||
      pixels.cols != options.cols) {
    return InvalidArgument(
        "pixels must be " + std::to_string(options.rows) + " x " +
        std::to_string(options.cols) + " " + std::string(PixelTypeName(options.type)) +
        "; were " + std::to_string(pixels.total_rows()) + " x " +
        std::to_string(pixels.cols) + " " + std::string(PixelTypeName(pixels.type)));
  }
  const void* image = pixels.data;
  if (!IsDense(pixels)) {
    Gather(pixels, &gathered);
    image = gathered.data();
  }
  const Status written = [&] {
    AIRY_TRY(stack.Append(image, 1));
    return file.written();
  }();
  failed = !written.ok();
  if (written.ok()) {
    columns.Add(hit);
    labels.push_back(hit.labels);
  }
  return written;
}

Status HitWriter::File::Flush() {
  const Status written = [&] {
    AIRY_TRY(stack.Flush());
    AIRY_TRY(columns.Write());
    AIRY_TRY(H5Check(H5Fflush(file, H5F_SCOPE_LOCAL), "flush"));
    return file.written();
  }();
  failed = !written.ok();
  if (written.ok()) flushed_hits = labels.size();
  return written;
}

Result<std::unique_ptr<HitWriter>> HitWriter::Create(const HitWriterOptions& options) {
  SilenceHdf5();
  AIRY_TRY(Validate(options));
  auto file = std::make_unique<File>();
  file->options = options;
  file->temporary_path = options.path + ".partial";
  const Status status = [&] {
    AIRY_ASSIGN_OR_RETURN(
        file->file, OutputFile::Create(file->temporary_path, OutputFile::Format::kSwmr));
    AIRY_TRY(file->WriteHeader());
    AIRY_TRY(file->WriteMask());
    AIRY_TRY(file->CreateStack());
    AIRY_ASSIGN_OR_RETURN(file->columns, HitColumns::Create(file->file));
    return file->ShowToReaders();
  }();
  if (!status.ok()) {
    std::remove(file->temporary_path.c_str());
    return status.WithContext(options.path);
  }
  return std::unique_ptr<HitWriter>(new HitWriter(std::move(file)));
}

HitWriter::HitWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}

HitWriter::~HitWriter() {
  if (file_->file.open()) static_cast<void>(Close());
}

Status HitWriter::Append(const Hit& hit, const PixelView& pixels) {
  SilenceHdf5();
  if (!file_->file.open() || file_->failed) {
    return FailedPrecondition(path() + " takes no more hits");
  }
  return file_->Append(hit, pixels).WithContext(path());
}

Status HitWriter::Flush() {
  SilenceHdf5();
  if (!file_->file.open() || file_->failed) {
    return FailedPrecondition(path() + " takes no more hits");
  }
  return file_->Flush().WithContext(path());
}

Status HitWriter::Close() {
  SilenceHdf5();
  if (!file_->file.open()) return FailedPrecondition(path() + " is closed already");
  const Status flushed = file_->failed ? OkStatus() : file_->Flush();
  file_->stack = GrowingDataset();
  file_->columns = HitColumns();
  const Status closed = file_->file.Close();
  if (closed.ok()) return flushed.WithContext(path());
  // The file is as if this process had died. What cannot be mended now is on next start.
  static_cast<void>(ClearWriterMarks(path()));
  return closed.WithContext(path());
}

const std::string& HitWriter::path() const { return file_->options.path; }
int64_t HitWriter::hits() const { return static_cast<int64_t>(file_->labels.size()); }
std::span<const uint16_t> HitWriter::flushed_labels() const {
  return std::span(file_->labels).first(file_->flushed_hits);
}

}  // namespace airy::cxi
