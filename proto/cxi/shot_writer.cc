#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "proto/cxi/growing_dataset.h"
#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/output_file.h"
#include "proto/cxi/shot_file.h"
#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

Status Validate(const ShotWriterOptions& options) {
  const ShotSetInfo& info = options.info;
  if (info.rows < 1 || info.cols < 1) {
    return InvalidArgument("rows and cols of a shot set must be at least 1; were " +
                           std::to_string(info.rows) + " x " + std::to_string(info.cols));
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
  return OkStatus();
}

// "shot_00000042": one length for all, as an HDF5 string dataset wants it.
constexpr size_t kIdentifierLength = 13;

}  // namespace

// Pixels go to the file at once; the numbers beside them are small and wait for Close.
struct ShotWriter::File {
  std::string path;
  std::string temporary_path;
  ShotWriterOptions options;
  OutputFile file;
  GrowingDataset stack;
  std::vector<Labels> labels;
  std::vector<std::vector<double>> truth;  // one vector per name
  bool finished = false;

  hsize_t shots() const { return labels.size(); }

  Status CreateStack();
  Status WriteHeader() const;
  Status WriteLabels() const;
  Status WriteTruth() const;
  Status WriteIdentifiers() const;
};

Status ShotWriter::File::CreateStack() {
  const ShotSetInfo& info = options.info;
  AIRY_ASSIGN_OR_RETURN(
      stack,
      GrowingDataset::Create(file, {.path = layout::kStack,
                                    .type = NativeType(info.type),
                                    .row_shape = {static_cast<hsize_t>(info.rows),
                                                  static_cast<hsize_t>(info.cols)}}));
  AIRY_TRY(WriteAttribute(stack.id(), layout::kAxes, layout::kStackAxes));
  return WriteSoftLink(file, layout::kStack, layout::kDataLink);
}

Status ShotWriter::File::WriteHeader() const {
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

Status ShotWriter::File::WriteLabels() const {
  std::vector<int8_t> tags(kClassCount * labels.size());
  std::vector<int32_t> note(tags.size());
  for (size_t shot = 0; shot < labels.size(); ++shot) {
    for (size_t c = 0; c < kClassCount; ++c) {
      tags[c * labels.size() + shot] = static_cast<int8_t>(labels[shot][c]);
      note[shot * kClassCount + c] = labels[shot][c];
    }
  }
  const std::array<hsize_t, 2> tags_shape = {kClassCount, shots()};
  AIRY_TRY(WriteDataset(file, layout::kTags, H5T_NATIVE_INT8, tags_shape, tags.data()));
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, layout::kTags, H5P_DEFAULT), layout::kTags));
  AIRY_TRY(WriteAttribute(dataset, layout::kHeadings, kClassNames));
  const std::array<hsize_t, 2> note_shape = {shots(), kClassCount};
  return WriteDataset(file, layout::kNote, H5T_NATIVE_INT32, note_shape, note.data());
}

Status ShotWriter::File::WriteTruth() const {
  const hsize_t count = shots();
  for (size_t i = 0; i < truth.size(); ++i) {
    const std::string place = std::string(layout::kSample) + "/" + options.truth_names[i];
    AIRY_TRY(WriteDataset(file, place, H5T_NATIVE_DOUBLE, {&count, 1}, truth[i].data()));
  }
  return OkStatus();
}

Status ShotWriter::File::WriteIdentifiers() const {
  std::string bytes;
  for (size_t shot = 0; shot < labels.size(); ++shot) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "shot_%08zu", shot);
    bytes.append(text.data(), kIdentifierLength);
  }
  AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(kIdentifierLength));
  const hsize_t count = shots();
  return WriteDataset(file, layout::kIdentifier, type, {&count, 1}, bytes.data());
}

Result<std::unique_ptr<ShotWriter>> ShotWriter::Create(const std::string& path,
                                                       const ShotWriterOptions& options) {
  SilenceHdf5();
  AIRY_TRY(Validate(options));
  auto file = std::make_unique<File>();
  file->path = path;
  file->temporary_path = path + ".partial";
  file->options = options;
  file->truth.resize(options.truth_names.size());
  AIRY_ASSIGN_OR_RETURN(
      file->file, OutputFile::Create(file->temporary_path, OutputFile::Format::kWidest));
  // From here on the writer's destructor removes the partial file.
  std::unique_ptr<ShotWriter> writer(new ShotWriter(std::move(file)));
  const Status status = [&] {
    AIRY_TRY(writer->file_->CreateStack());
    AIRY_TRY(writer->file_->WriteHeader());
    return writer->file_->file.written();
  }();
  if (!status.ok()) return status.WithContext(path);
  return writer;
}

ShotWriter::ShotWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}

ShotWriter::~ShotWriter() {
  if (file_->finished) return;
  SilenceHdf5();
  const std::string temporary_path = file_->temporary_path;
  file_.reset();
  std::remove(temporary_path.c_str());
}

Status ShotWriter::Append(const void* pixels, const Labels& labels,
                          std::span<const double> truth) {
  SilenceHdf5();
  if (file_->finished) return FailedPrecondition(file_->path + " is closed");
  if (truth.size() != file_->truth.size()) {
    return InvalidArgument("a shot of " + file_->path + " must have " +
                           std::to_string(file_->truth.size()) + " truth values; had " +
                           std::to_string(truth.size()));
  }
  AIRY_TRY(file_->stack.Append(pixels, 1).WithContext(file_->path));
  AIRY_TRY(file_->file.written().WithContext(file_->path));
  file_->labels.push_back(labels);
  for (size_t i = 0; i < truth.size(); ++i) file_->truth[i].push_back(truth[i]);
  return OkStatus();
}

Status ShotWriter::Close() {
  SilenceHdf5();
  if (file_->finished) return FailedPrecondition(file_->path + " is closed already");
  const Status status = [&] {
    AIRY_TRY(file_->WriteLabels());
    AIRY_TRY(file_->WriteTruth());
    AIRY_TRY(file_->WriteIdentifiers());
    file_->stack = GrowingDataset();
    return file_->file.Close();
  }();
  if (!status.ok()) return status.WithContext(file_->path);
  if (std::rename(file_->temporary_path.c_str(), file_->path.c_str()) != 0) {
    return SystemError("rename " + file_->temporary_path);
  }
  file_->finished = true;
  return OkStatus();
}

}  // namespace airy::cxi
