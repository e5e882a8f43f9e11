#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "model/class_list.h"
#include "model/class_table.h"
#include "model/image_source.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/rescale.h"
#include "proto/images/image_reader.h"

namespace airy::trainer {

// The labelled shots of any file or folder that proto/images reads, rescaled to a
// network's input by the code that serves; pixels that the file's mask calls unusable are
// left out. In memory are the labels and one shot. Thread-safe; one shot is read at a
// time.
class FileImages final : public model::ImageSource {
 public:
  // As images::ImageReader, whose messages begin with the file's name.
  static Result<std::unique_ptr<FileImages>> Open(const std::string& name);

  // "run42.cxi shots 7264 bytes 1460879856"
  const std::string& description() const { return description_; }
  // The class of each image's folder, or the eleven classes that a file has labels of.
  const model::ClassList& classes() const { return classes_; }
  const model::LabelTable& labels() const { return labels_; }
  Status Read(int64_t index, std::span<float> pixels) override;

 private:
  FileImages() = default;
  Status ReadTruth();
  Status ReadShot(int64_t index, std::span<float> pixels);

  std::string name_;
  std::string description_;
  model::ClassList classes_ = model::ElevenClasses();
  model::LabelTable labels_{kClassCount};
  std::mutex mutex_;
  // Guarded by mutex_. HDF5 serves one thread at a time.
  std::unique_ptr<images::ImageReader> reader_;
  std::unique_ptr<transform::Rescaler> rescaler_;
  std::vector<std::byte> shot_;  // as stored
  Image image_;                  // rescaled
};

}  // namespace airy::trainer
