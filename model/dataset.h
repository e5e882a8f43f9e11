#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/class_list.h"
#include "model/class_table.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Labelled images of kInputSize in memory, as half floats: 98 KiB each, exact to three
// decimal digits up to 65504 counts. Thread-compatible.
class Dataset {
 public:
  // What the images are, for a checkpoint's metadata; what they are labelled with.
  explicit Dataset(std::string description, ClassList classes = ElevenClasses())
      : description_(std::move(description)),
        classes_(std::move(classes)),
        labels_(classes_.size()) {}

  const std::string& description() const { return description_; }
  const ClassList& classes() const { return classes_; }
  int64_t size() const { return std::ssize(labels_); }
  // [size(), classes], 1 where a class applies. Until the next Add.
  LabelRows labels() const { return labels_; }
  // InvalidArgument unless the image is kInputSize square, finite and not negative.
  // Counts above 65504 are kept as 65504. One label per class.
  Status Add(std::span<const float> pixels, std::span<const uint8_t> labels);

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
  ClassList classes_;
  std::vector<uint16_t> halves_;
  LabelTable labels_;
  std::vector<float> mean_counts_;
};

// A dataset as safetensors: "images" F16 [n, kInputSize, kInputSize], "labels" F32
// [n, classes], metadata "description" and "classes" (names with commas; without it the
// eleven). Errors as Read- and WriteSafetensors; InvalidArgument for other tensors or
// shapes, and as CheckClassList.
Status WriteDataset(const std::string& path, const Dataset& dataset);
Result<Dataset> ReadDataset(const std::string& path);

}  // namespace airy::model
