#pragma once

#include <string>
#include <vector>

#include "proto/images/image_reader.h"

namespace airy::images {

// What PNG and TIFF have in common: nothing stands beside the pixels. Private to this
// folder.
class Picture : public ImageReader {
 public:
  Picture(std::string path, const cxi::ShotSetInfo& info)
      : path_(std::move(path)), info_(info) {}

  const cxi::ShotSetInfo& info() const override { return info_; }
  Result<std::vector<cxi::Labels>> ReadLabels() override {
    return FailedPrecondition(path_ + ": a picture has no labels; CXI files do");
  }
  Result<std::vector<cxi::TruthColumn>> ReadTruth() override {
    return std::vector<cxi::TruthColumn>();
  }
  Result<std::vector<std::string>> ReadIdentifiers() override {
    return std::vector<std::string>();
  }
  Result<std::vector<double>> ReadPhotonEnergiesJ() override {
    return std::vector<double>();
  }
  Result<cxi::Setup> ReadSetup() override { return cxi::Setup(); }

 protected:
  const std::string& path() const { return path_; }
  Status CheckIndex(int64_t index) const {
    if (index >= 0 && index < info_.shots) return OkStatus();
    return InvalidArgument(path_ + ": image must be 0.." +
                           std::to_string(info_.shots - 1) + "; was " +
                           std::to_string(index));
  }

 private:
  const std::string path_;
  const cxi::ShotSetInfo info_;
};

}  // namespace airy::images
