#include "model/trainer/file_images.h"

#include <algorithm>
#include <filesystem>

#include "model/dataset.h"
#include "proto/images/image_names.h"

namespace airy::trainer {
namespace {

// What a set is called and how large its files are.
Result<std::string> Describe(const std::string& name, int64_t shots) {
  AIRY_ASSIGN_OR_RETURN(auto folders, images::ClassFolders(name));
  if (folders.empty()) folders = {name};
  uintmax_t bytes = 0;
  for (const std::string& folder : folders) {
    AIRY_ASSIGN_OR_RETURN(const auto files, images::ImageFiles(folder));
    for (const std::string& file : files) {
      AIRY_ASSIGN_OR_RETURN(const auto parts, images::ParseImageName(file));
      std::error_code error;
      bytes += std::filesystem::file_size(parts.path, error);
      if (error) return NotFound(parts.path + ": " + error.message());
    }
  }
  AIRY_ASSIGN_OR_RETURN(const auto parts, images::ParseImageName(name));
  const auto path = std::filesystem::path(parts.path) / "";
  return path.parent_path().filename().string() +
         (parts.dataset.empty() ? "" : ":" + parts.dataset) + " shots " +
         std::to_string(shots) + " bytes " + std::to_string(bytes);
}

}  // namespace

Result<std::unique_ptr<FileImages>> FileImages::Open(const std::string& name) {
  std::unique_ptr<FileImages> file(new FileImages);
  file->name_ = name;
  AIRY_ASSIGN_OR_RETURN(file->reader_, images::ImageReader::Open(name));
  const cxi::ShotSetInfo& info = file->reader_->info();
  AIRY_TRY(file->ReadTruth());
  AIRY_ASSIGN_OR_RETURN(file->description_, Describe(name, info.shots));
  AIRY_ASSIGN_OR_RETURN(const cxi::Setup setup, file->reader_->ReadSetup());
  auto rescaler =
      transform::Rescaler::Create(info.rows, info.cols, {}, cxi::GoodPixels(setup.mask));
  if (!rescaler.ok()) return rescaler.status().WithContext(name);
  file->rescaler_ = std::move(rescaler).value();
  file->shot_.resize(static_cast<size_t>(info.rows) * static_cast<size_t>(info.cols) *
                     PixelSize(info.type));
  return file;
}

Status FileImages::ReadTruth() {
  const images::ImageClasses folders = reader_->classes();
  if (folders.names.empty()) {
    AIRY_ASSIGN_OR_RETURN(const std::vector<cxi::Labels> rows, reader_->ReadLabels());
    for (const cxi::Labels& row : rows) labels_.Add(row);
    return OkStatus();
  }
  if (Status status = model::CheckClassList(folders.names); !status.ok()) {
    return status.WithContext(name_);
  }
  classes_ = folders.names;
  labels_ = model::LabelTable(classes_.size());
  for (const size_t of_image : folders.of_images) {
    std::vector<uint8_t> row(classes_.size(), 0);
    row[of_image] = 1;
    labels_.Add(row);
  }
  return OkStatus();
}

Status FileImages::Read(int64_t index, std::span<float> pixels) {
  AIRY_TRY(ReadShot(index, pixels));
  if (Status status = model::CheckCounts(pixels); !status.ok()) {
    return status.WithContext(name_ + " shot " + std::to_string(index));
  }
  return OkStatus();
}

Status FileImages::ReadShot(int64_t index, std::span<float> pixels) {
  const std::lock_guard lock(mutex_);
  AIRY_TRY(reader_->Read(index, shot_.data()));
  const cxi::ShotSetInfo& info = reader_->info();
  rescaler_->Apply(DenseView(shot_.data(), info.type, info.rows, info.cols), /*scale=*/1,
                   &image_);
  std::ranges::copy(image_.pixels(), pixels.begin());
  return OkStatus();
}

}  // namespace airy::trainer
