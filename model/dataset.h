#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/class_list.h"
#include "model/class_table.h"
#include "model/image_source.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// InvalidArgument unless these are kInputSize squared counts, finite and not negative.
Status CheckCounts(std::span<const float> pixels);

// Labelled images of kInputSize: the labels in memory, the images there too, as half
// floats of 98 KiB each, or read from their source when they are wanted. Either way an
// image is the same to the bit: exact to three decimal digits, counts above 65504 as
// 65504. Thread-compatible; once it is filled, thread-safe.
class Dataset {
 public:
  // What images take in memory, each.
  static constexpr int64_t kBytesPerImage = int64_t{2} * kInputSize * kInputSize;

  // In memory, filled by Add. `description`: what the images are, for a checkpoint's
  // metadata; `classes`: what they are labelled with.
  explicit Dataset(std::string description, ClassList classes = ElevenClasses())
      : description_(std::move(description)),
        classes_(std::move(classes)),
        labels_(classes_.size()) {}
  // Of `images`, one per row of `labels`, which have a column per class.
  Dataset(std::string description, ClassList classes, LabelTable labels,
          std::unique_ptr<ImageSource> images)
      : description_(std::move(description)),
        classes_(std::move(classes)),
        labels_(std::move(labels)),
        source_(std::move(images)) {}

  const std::string& description() const { return description_; }
  const ClassList& classes() const { return classes_; }
  int64_t size() const { return std::ssize(labels_); }
  // [size(), classes], 1 where a class applies. Until the next Add.
  LabelRows labels() const { return labels_; }
  // As CheckCounts; one label per class. Not for a set that has a source.
  Status Add(std::span<const float> pixels, std::span<const uint8_t> labels);

  // Fills `pixels`, kInputSize squared, with image `index`. Of a set in memory this
  // cannot fail; else as the source.
  Status Read(int64_t index, std::span<float> pixels) const;
  // Reads all images into memory and gives the source up; calls `progress` with how many
  // are read after each. As the source.
  Status Load(const std::function<void(int64_t)>& progress);
  // Images in memory: all, or with a source none.
  int64_t images_held() const { return std::ssize(halves_) / (kBytesPerImage / 2); }

  // Tells sets of one name and size apart: SHA-256, as 64 hex digits, of the class list,
  // all labels and up to 512 images, evenly spread. It does not matter where the images
  // are. As Read.
  Result<std::string> Digest() const;

 private:
  Status ReadHalves(int64_t index, std::span<uint16_t> halves) const;

  std::string description_;
  ClassList classes_;
  LabelTable labels_;
  std::vector<uint16_t> halves_;
  std::unique_ptr<ImageSource> source_;  // null: in memory
};

// A dataset as safetensors: "images" F16 [n, kInputSize, kInputSize], "labels" F32
// [n, classes], metadata "description" and "classes" (names with commas; without it the
// eleven). Images go through memory one at a time: they are read from the file when they
// are wanted, and written with a call of `progress` after each. Errors as
// ReadSafetensorsIndex and WriteSafetensors, and of the dataset; InvalidArgument for
// other tensors or shapes, and as CheckClassList.
Status WriteDataset(
    const std::string& path, const Dataset& dataset,
    const std::function<void(int64_t)>& progress = [](int64_t) {});
Result<Dataset> ReadDataset(const std::string& path);

}  // namespace airy::model
