#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/images/image_reader.h"

namespace airy::images {

// The images of several files as one set. Every file is looked into once on Open; after
// that one is open at a time. Private to this folder.
class ImageList final : public ImageReader {
 public:
  // `files`: at least one, none of them a folder. `class_names` and, for each file, the
  // index of its class, where folders say it.
  static Result<std::unique_ptr<ImageReader>> Open(
      const std::vector<std::string>& files,
      const std::vector<std::string>& class_names = {},
      const std::vector<size_t>& classes_of_files = {});

  const cxi::ShotSetInfo& info() const override { return info_; }
  ImageClasses classes() const override { return classes_; }
  Status Read(int64_t index, void* pixels) override;
  Result<std::vector<cxi::Labels>> ReadLabels() override;
  Result<std::vector<cxi::TruthColumn>> ReadTruth() override;
  Result<std::vector<std::string>> ReadIdentifiers() override;
  Result<std::vector<double>> ReadPhotonEnergiesJ() override;
  Result<cxi::Setup> ReadSetup() override;

 private:
  struct File {
    std::string name;
    int64_t first = 0;  // index in the set of its first image
  };
  ImageList() = default;
  Status Add(const std::string& name);
  // Makes file number `file` the open one.
  Status Switch(size_t file);
  template <typename T>
  Result<std::vector<T>> Join(Result<std::vector<T>> (ImageReader::*read)());

  std::vector<File> files_;
  cxi::ShotSetInfo info_;
  ImageClasses classes_;
  size_t open_file_ = 0;
  std::unique_ptr<ImageReader> open_;
};

}  // namespace airy::images
