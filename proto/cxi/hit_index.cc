#include "proto/cxi/hit_index.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "proto/cxi/class_views.h"
#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/hit_folder.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/output_file.h"
#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

std::string PathIn(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).string();
}

Result<H5Id> OpenFile(const std::string& path) {
  return H5Own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), path);
}

Result<int64_t> RowsOf(hid_t file, const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, path.c_str(), H5P_DEFAULT), path));
  AIRY_ASSIGN_OR_RETURN(const std::vector<hsize_t> shape, Shape(dataset));
  if (shape.empty()) return DataLoss(path + " has no rows");
  return static_cast<int64_t>(shape[0]);
}

Result<std::vector<uint16_t>> ReadLabelBits(hid_t file) {
  AIRY_ASSIGN_OR_RETURN(const int64_t shots, RowsOf(file, layout::kTrainId));
  AIRY_ASSIGN_OR_RETURN(const std::vector<int8_t> tags,
                        ReadDataset<int8_t>(file, layout::kTags));
  const size_t columns = tags.size() / kClassCount;
  std::vector<uint16_t> labels(static_cast<size_t>(shots));
  if (columns < labels.size()) return DataLoss("fewer tags than ids");
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < kClassCount; ++c) {
      labels[i] |= static_cast<uint16_t>((tags[c * columns + i] != 0) << c);
    }
  }
  return labels;
}

// How many shots carry each label.
std::array<int64_t, kClassCount> CountLabels(std::span<const uint16_t> labels) {
  std::array<int64_t, kClassCount> counts{};
  for (const uint16_t label : labels) {
    for (size_t c = 0; c < kClassCount; ++c) counts[c] += (label >> c) & 1;
  }
  return counts;
}

Status WriteFileTable(hid_t file, const std::vector<std::string>& names,
                      const std::vector<int64_t>& shots) {
  size_t length = 1;
  for (const std::string& name : names) length = std::max(length, name.size());
  std::string padded;
  for (const std::string& name : names) {
    padded += name;
    padded.append(length - name.size(), '\0');
  }
  const hsize_t count = names.size();
  AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(length));
  AIRY_TRY(WriteDataset(file, layout::kFileName, type, {&count, 1}, padded.data()));
  return WriteDataset(file, layout::kFileShots, H5T_NATIVE_INT64, {&count, 1},
                      shots.data());
}

// Makes a file of views a CXI file too: entry N is the view of class N.
Status WriteEntries(hid_t file) {
  AIRY_TRY(WriteScalar(file, layout::kVersion, layout::kCxiVersion));
  AIRY_TRY(WriteScalar(file, layout::kEntryCount, kClassCount));
  for (int c = 0; c < kClassCount; ++c) {
    const std::string entry = "/entry_" + std::to_string(c + 1);
    AIRY_TRY(WriteText(file, entry + "/title", kClassNames[static_cast<size_t>(c)]));
    AIRY_TRY(WriteSoftLink(file, ClassGroup(c) + "/data", entry + "/data_1/data"));
  }
  return OkStatus();
}

}  // namespace

std::vector<Status> HitIndex::AddExistingFiles() {
  SilenceHdf5();
  std::vector<Status> failures;
  for (const HitFileName& name : FindHitFiles(options_.folder, options_.series)) {
    const std::string file_name = ToFileName(name);
    const Status added = AddExistingFile(file_name);
    if (!added.ok()) {
      failures.push_back(added.WithContext(PathIn(options_.folder, file_name)));
    }
  }
  return failures;
}

Status HitIndex::AddExistingFile(const std::string& file_name) {
  AIRY_ASSIGN_OR_RETURN(const H5Id file, OpenFile(PathIn(options_.folder, file_name)));
  AIRY_ASSIGN_OR_RETURN(const int64_t shots, RowsOf(file, layout::kTrainId));
  Result<File> viewed = ReadViews(file_name, shots);
  if (viewed.ok()) {
    files_[file_name] = std::move(viewed).value();
    return OkStatus();
  }
  AIRY_ASSIGN_OR_RETURN(const std::vector<uint16_t> labels, ReadLabelBits(file));
  SetShots(file_name, labels);
  return Finish(file_name);
}

Result<HitIndex::File> HitIndex::ReadViews(const std::string& file_name,
                                           int64_t shots) const {
  const std::string path = PathIn(options_.folder, ViewsFileName(file_name));
  AIRY_ASSIGN_OR_RETURN(const H5Id views, OpenFile(path));
  AIRY_ASSIGN_OR_RETURN(const std::vector<int64_t> counted,
                        ReadDataset<int64_t>(views, layout::kFileShots));
  if (counted != std::vector<int64_t>{shots}) return DataLoss(path + " is out of date");
  File file;
  file.shots = shots;
  file.finished = true;
  for (int c = 0; c < kClassCount; ++c) {
    AIRY_ASSIGN_OR_RETURN(file.class_shots[static_cast<size_t>(c)],
                          RowsOf(views, ClassGroup(c) + "/train_id"));
  }
  return file;
}

void HitIndex::SetShots(const std::string& file_name, std::span<const uint16_t> labels) {
  File& file = files_[file_name];
  file.shots = static_cast<int64_t>(labels.size());
  file.labels.assign(labels.begin(), labels.end());
  file.finished = false;
}

Status HitIndex::Finish(const std::string& file_name) {
  File& file = files_[file_name];
  if (file.finished) return OkStatus();
  AIRY_TRY(WriteViews(ViewsFileName(file_name), {{file_name, file}}));
  file.class_shots = CountLabels(file.labels);
  file.labels = {};
  file.finished = true;
  return OkStatus();
}

Status HitIndex::Write() const {
  return WriteViews(IndexFileName(options_.series), files_);
}

Status HitIndex::WriteViews(const std::string& name,
                            const std::map<std::string, File>& files) const {
  SilenceHdf5();
  const std::string path = PathIn(options_.folder, name);
  const std::string temporary_path = path + ".partial";
  const Status written = [&] {
    AIRY_ASSIGN_OR_RETURN(OutputFile output,
                          OutputFile::Create(temporary_path, OutputFile::Format::kSwmr));
    std::vector<std::string> names;
    std::vector<int64_t> shots;
    for (const auto& [file_name, file] : files) {
      names.push_back(file_name);
      shots.push_back(file.shots);
    }
    AIRY_TRY(WriteFileTable(output, names, shots));
    for (int c = 0; c < kClassCount; ++c) {
      std::vector<ClassPart> parts;
      for (const auto& [file_name, file] : files) {
        const auto rows = static_cast<hsize_t>(file.class_shots[static_cast<size_t>(c)]);
        parts.push_back(file.finished ? PartOfViews(ViewsFileName(file_name), rows, c)
                                      : PartOfHitFile(file_name, file.labels, c));
      }
      AIRY_TRY(
          WriteClassViews(output, c, parts, options_.rows, options_.cols, options_.type));
    }
    AIRY_TRY(WriteEntries(output));
    return output.Close();
  }();
  if (!written.ok()) {
    std::remove(temporary_path.c_str());
    return written.WithContext(path);
  }
  if (std::rename(temporary_path.c_str(), path.c_str()) != 0) {
    return SystemError("rename " + temporary_path);
  }
  return OkStatus();
}

}  // namespace airy::cxi
