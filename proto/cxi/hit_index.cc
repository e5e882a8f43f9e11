#include "proto/cxi/hit_index.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "preprocess/frame/classes.h"
#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/hit_folder.h"
#include "proto/cxi/layout.h"
#include "proto/cxi/output_file.h"
#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

// Consecutive shots of one file that share a label.
struct Run {
  hsize_t first = 0;
  hsize_t count = 0;
};

// The shots of one class in one file.
struct Part {
  std::string file_name;
  hsize_t file_shots = 0;
  std::vector<Run> runs;
  hsize_t shots = 0;  // sum of the runs
};

Part PartOf(const std::string& file_name, std::span<const uint16_t> labels, int c) {
  Part part{.file_name = file_name, .file_shots = labels.size(), .runs = {}, .shots = 0};
  for (hsize_t i = 0; i < labels.size(); ++i) {
    if (((labels[i] >> c) & 1) == 0) continue;
    const bool extends =
        !part.runs.empty() && part.runs.back().first + part.runs.back().count == i;
    if (extends) {
      ++part.runs.back().count;
    } else {
      part.runs.push_back({i, 1});
    }
    ++part.shots;
  }
  return part;
}

// {shots} followed by the shape of one shot.
std::vector<hsize_t> WithShots(hsize_t shots, std::span<const hsize_t> shot_shape) {
  std::vector<hsize_t> shape = {shots};
  shape.insert(shape.end(), shot_shape.begin(), shot_shape.end());
  return shape;
}

Result<H5Id> SpaceOf(const std::vector<hsize_t>& shape) {
  return H5Own(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
               "view");
}

Status Select(hid_t space, const Run& run, std::span<const hsize_t> shot_shape,
              H5S_seloper_t how) {
  std::vector<hsize_t> first(1 + shot_shape.size(), 0);
  first[0] = run.first;
  const std::vector<hsize_t> block = WithShots(run.count, shot_shape);
  const std::vector<hsize_t> ones(block.size(), 1);
  return H5Check(
      H5Sselect_hyperslab(space, how, first.data(), nullptr, ones.data(), block.data()),
      "view");
}

// One virtual dataset over the same rows of `source` in each part.
Status WriteView(hid_t index, const std::string& path, const char* source, hid_t type,
                 std::span<const hsize_t> shot_shape, std::span<const Part> parts) {
  hsize_t shots = 0;
  for (const Part& part : parts) shots += part.shots;
  AIRY_ASSIGN_OR_RETURN(const H5Id view, SpaceOf(WithShots(shots, shot_shape)));
  AIRY_ASSIGN_OR_RETURN(const H5Id creation, H5Own(H5Pcreate(H5P_DATASET_CREATE), path));
  hsize_t at = 0;
  for (const Part& part : parts) {
    if (part.shots == 0) continue;
    AIRY_ASSIGN_OR_RETURN(const H5Id file,
                          SpaceOf(WithShots(part.file_shots, shot_shape)));
    AIRY_TRY(H5Check(H5Sselect_none(file), path));
    for (const Run& run : part.runs) {
      AIRY_TRY(Select(file, run, shot_shape, H5S_SELECT_OR));
    }
    AIRY_TRY(Select(view, {at, part.shots}, shot_shape, H5S_SELECT_SET));
    AIRY_TRY(H5Check(H5Pset_virtual(creation, view, part.file_name.c_str(), source, file),
                     path));
    at += part.shots;
  }
  AIRY_TRY(H5Check(H5Sselect_all(view), path));
  return CreateDataset(index, path, type, view, creation).status();
}

Status WriteFileTable(hid_t index,
                      const std::map<std::string, std::vector<uint16_t>>& files) {
  size_t length = 1;
  for (const auto& [name, labels] : files) length = std::max(length, name.size());
  std::string names;
  std::vector<int64_t> shots;
  for (const auto& [name, labels] : files) {
    names += name;
    names.append(length - name.size(), '\0');
    shots.push_back(static_cast<int64_t>(labels.size()));
  }
  const hsize_t count = shots.size();
  AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(length));
  AIRY_TRY(WriteDataset(index, layout::kFileName, type, {&count, 1}, names.data()));
  return WriteDataset(index, layout::kFileShots, H5T_NATIVE_INT64, {&count, 1},
                      shots.data());
}

Result<std::vector<uint16_t>> ReadLabelBits(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const H5Id file,
                        H5Own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), path));
  AIRY_ASSIGN_OR_RETURN(const std::vector<uint64_t> ids,
                        ReadDataset<uint64_t>(file, layout::kTrainId));
  AIRY_ASSIGN_OR_RETURN(const std::vector<int8_t> tags,
                        ReadDataset<int8_t>(file, layout::kTags));
  const size_t columns = tags.size() / kClassCount;
  if (columns < ids.size()) return DataLoss(path + " has fewer tags than ids");
  std::vector<uint16_t> labels(ids.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < kClassCount; ++c) {
      labels[i] |= static_cast<uint16_t>((tags[c * columns + i] != 0) << c);
    }
  }
  return labels;
}

}  // namespace

std::vector<Status> HitIndex::AddExistingFiles() {
  SilenceHdf5();
  std::vector<Status> failures;
  for (const HitFileName& name : FindHitFiles(options_.folder, options_.series)) {
    const std::string file_name = ToFileName(name);
    const auto labels =
        ReadLabelBits((std::filesystem::path(options_.folder) / file_name).string());
    if (labels.ok()) {
      SetShots(file_name, *labels);
    } else {
      failures.push_back(labels.status());
    }
  }
  return failures;
}

void HitIndex::SetShots(const std::string& file_name, std::span<const uint16_t> labels) {
  files_[file_name].assign(labels.begin(), labels.end());
}

Status HitIndex::Write() const {
  SilenceHdf5();
  const std::string path =
      (std::filesystem::path(options_.folder) / IndexFileName(options_.series)).string();
  const std::string temporary_path = path + ".partial";
  const std::array<hsize_t, 2> image_shape = {static_cast<hsize_t>(options_.rows),
                                              static_cast<hsize_t>(options_.cols)};
  const std::array<hsize_t, 1> probabilities_shape = {kClassCount};
  const Status written = [&] {
    AIRY_ASSIGN_OR_RETURN(OutputFile index,
                          OutputFile::Create(temporary_path, OutputFile::Format::kSwmr));
    AIRY_TRY(WriteScalar(index, layout::kVersion, layout::kCxiVersion));
    AIRY_TRY(WriteScalar(index, layout::kEntryCount, kClassCount));
    AIRY_TRY(WriteFileTable(index, files_));
    for (int c = 0; c < kClassCount; ++c) {
      std::vector<Part> parts;
      for (const auto& [name, labels] : files_) parts.push_back(PartOf(name, labels, c));
      const std::string name(kClassNames[static_cast<size_t>(c)]);
      const std::string group = std::string(layout::kClasses) + "/" + name;
      AIRY_TRY(WriteView(index, group + "/data", layout::kStack,
                         NativeType(options_.type), image_shape, parts));
      AIRY_TRY(WriteView(index, group + "/train_id", layout::kTrainId, H5T_NATIVE_UINT64,
                         {}, parts));
      AIRY_TRY(WriteView(index, group + "/pulse_id", layout::kPulseId, H5T_NATIVE_UINT64,
                         {}, parts));
      AIRY_TRY(WriteView(index, group + "/probabilities", layout::kProbabilities,
                         H5T_NATIVE_FLOAT, probabilities_shape, parts));
      // The same view as CXI finds it: entry N is class N.
      const std::string entry = "/entry_" + std::to_string(c + 1);
      AIRY_TRY(WriteText(index, entry + "/title", name));
      AIRY_TRY(WriteSoftLink(index, group + "/data", entry + "/data_1/data"));
    }
    return index.Close();
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
