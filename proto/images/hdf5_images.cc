#include <utility>

#include "proto/images/open_file.h"

namespace airy::images {
namespace {

class Hdf5Images final : public ImageReader {
 public:
  explicit Hdf5Images(std::unique_ptr<cxi::ShotReader> reader)
      : reader_(std::move(reader)) {}

  const cxi::ShotSetInfo& info() const override { return reader_->info(); }
  Status Read(int64_t index, void* pixels) override {
    return reader_->ReadPixels(index, pixels);
  }
  Result<std::vector<cxi::Labels>> ReadLabels() override { return reader_->ReadLabels(); }
  Result<std::vector<cxi::TruthColumn>> ReadTruth() override {
    return reader_->ReadAllTruth();
  }
  Result<std::vector<std::string>> ReadIdentifiers() override {
    return reader_->ReadIdentifiers();
  }
  Result<std::vector<double>> ReadPhotonEnergiesJ() override {
    return reader_->ReadPhotonEnergiesJ();
  }
  Result<cxi::Setup> ReadSetup() override { return reader_->ReadSetup(); }

 private:
  const std::unique_ptr<cxi::ShotReader> reader_;
};

}  // namespace

Result<std::unique_ptr<ImageReader>> OpenHdf5(const std::string& path,
                                              const std::string& dataset) {
  AIRY_ASSIGN_OR_RETURN(auto reader, cxi::ShotReader::Open(path, dataset));
  return std::unique_ptr<ImageReader>(std::make_unique<Hdf5Images>(std::move(reader)));
}

}  // namespace airy::images
