#include "proto/images/image_list.h"

#include <algorithm>
#include <utility>

#include "proto/images/open_file.h"

namespace airy::images {
namespace {

std::string Describe(const cxi::ShotSetInfo& info) {
  return std::to_string(info.rows) + " x " + std::to_string(info.cols) + " " +
         std::string(PixelTypeName(info.type));
}

}  // namespace

Result<std::unique_ptr<ImageReader>> ImageList::Open(
    const std::vector<std::string>& files, const std::vector<std::string>& class_names,
    const std::vector<size_t>& classes_of_files) {
  std::unique_ptr<ImageList> list(new ImageList);
  list->classes_.names = class_names;
  for (size_t i = 0; i < files.size(); ++i) {
    AIRY_TRY(list->Add(files[i]));
    if (class_names.empty()) continue;
    list->classes_.of_images.resize(static_cast<size_t>(list->info_.shots),
                                    classes_of_files[i]);
  }
  return std::unique_ptr<ImageReader>(std::move(list));
}

Status ImageList::Add(const std::string& name) {
  AIRY_ASSIGN_OR_RETURN(open_, OpenFile(name));
  open_file_ = files_.size();
  const cxi::ShotSetInfo& added = open_->info();
  if (files_.empty()) {
    info_ = added;
    files_.push_back({name, 0});
    return OkStatus();
  }
  if (Describe(added) != Describe(info_)) {
    return InvalidArgument(name + ": images must be " + Describe(info_) + " as in " +
                           files_.front().name + "; were " + Describe(added));
  }
  files_.push_back({name, info_.shots});
  info_.shots += added.shots;
  info_.labelled = info_.labelled && added.labelled;
  return OkStatus();
}

Status ImageList::Switch(size_t file) {
  if (file == open_file_ && open_ != nullptr) return OkStatus();
  open_ = nullptr;
  AIRY_ASSIGN_OR_RETURN(open_, OpenFile(files_[file].name));
  open_file_ = file;
  return OkStatus();
}

Status ImageList::Read(int64_t index, void* pixels) {
  if (index < 0 || index >= info_.shots) {
    return InvalidArgument("image of " + std::to_string(files_.size()) +
                           " files must be 0.." + std::to_string(info_.shots - 1) +
                           "; was " + std::to_string(index));
  }
  const auto after = std::upper_bound(
      files_.begin(), files_.end(), index,
      [](int64_t wanted, const File& file) { return wanted < file.first; });
  const auto file = static_cast<size_t>(after - files_.begin()) - 1;
  AIRY_TRY(Switch(file));
  return open_->Read(index - files_[file].first, pixels);
}

template <typename T>
Result<std::vector<T>> ImageList::Join(Result<std::vector<T>> (ImageReader::*read)()) {
  std::vector<T> all;
  for (size_t file = 0; file < files_.size(); ++file) {
    AIRY_TRY(Switch(file));
    AIRY_ASSIGN_OR_RETURN(const std::vector<T> values, (open_.get()->*read)());
    if (values.empty() && open_->info().shots > 0) return std::vector<T>();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

Result<std::vector<cxi::Labels>> ImageList::ReadLabels() {
  return Join(&ImageReader::ReadLabels);
}

Result<std::vector<cxi::TruthColumn>> ImageList::ReadTruth() {
  std::vector<cxi::TruthColumn> all;
  for (size_t file = 0; file < files_.size(); ++file) {
    AIRY_TRY(Switch(file));
    AIRY_ASSIGN_OR_RETURN(std::vector<cxi::TruthColumn> columns, open_->ReadTruth());
    if (file == 0) {
      all = std::move(columns);
      continue;
    }
    std::erase_if(all, [&columns](cxi::TruthColumn& column) {
      const auto same = std::find_if(
          columns.begin(), columns.end(),
          [&column](const auto& other) { return other.name == column.name; });
      if (same == columns.end()) return true;
      column.values.insert(column.values.end(), same->values.begin(), same->values.end());
      return false;
    });
  }
  return all;
}

Result<std::vector<std::string>> ImageList::ReadIdentifiers() {
  return Join(&ImageReader::ReadIdentifiers);
}

Result<std::vector<double>> ImageList::ReadPhotonEnergiesJ() {
  return Join(&ImageReader::ReadPhotonEnergiesJ);
}

Result<cxi::Setup> ImageList::ReadSetup() {
  AIRY_TRY(Switch(0));
  AIRY_ASSIGN_OR_RETURN(cxi::Setup setup, open_->ReadSetup());
  for (size_t file = 1; file < files_.size(); ++file) {
    AIRY_TRY(Switch(file));
    AIRY_ASSIGN_OR_RETURN(const cxi::Setup other, open_->ReadSetup());
    if (other != setup) {
      return InvalidArgument(files_[file].name + ": mask and geometry must be those of " +
                             files_.front().name + "; differ");
    }
  }
  return setup;
}

}  // namespace airy::images
