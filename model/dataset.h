#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/metrics.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Labelled images of kInputSize in memory, as half floats: 98 KiB each, exact to three
// decimal digits up to 65504 counts. Thread-compatible.
class Dataset {
 public:
  // What the images are, for a checkpoint's metadata.
  explicit Dataset(std::string description) : description_(std::move(description)) {}

  const std::string& description() const { return description_; }
  int64_t size() const { return std::ssize(labels_); }
  std::span<const Labels> labels() const { return labels_; }
  // InvalidArgument unless the image is kInputSize square, finite and not negative.
  // Counts above 65504 are kept as 65504.
  Status Add(std::span<const float> pixels, const Labels& labels);

  // Writes image `index`, turned by `symmetry` and multiplied by `gain`, to `output`
  // (kInputSize squared). The 8 symmetries of the square, 0 being the identity: bit 0
  // mirrors columns, bit 1 mirrors rows, bit 2 exchanges rows and columns.
  void Copy(int64_t index, int symmetry, float gain, float* output) const;
  // Mean count per pixel.
  float MeanCount(int64_t index) const {
    return mean_counts_[static_cast<size_t>(index)];
  }

 private:
  std::string description_;
  std::vector<uint16_t> halves_;
  std::vector<Labels> labels_;
  std::vector<float> mean_counts_;
};

// A dataset as safetensors: "images" F16 [n, kInputSize, kInputSize], "labels" F32
// [n, kClassCount], metadata "description". Errors as Read- and WriteSafetensors;
// InvalidArgument for other tensors or shapes.
Status WriteDataset(const std::string& path, const Dataset& dataset);
Result<Dataset> ReadDataset(const std::string& path);

}  // namespace airy::model
