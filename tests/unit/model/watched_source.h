#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "model/dataset.h"

namespace airy::model {

// The images of a set, one by one; counts who asks for them.
class WatchedSource final : public ImageSource {
 public:
  explicit WatchedSource(const Dataset& images) : images_(images) {}

  Status Read(int64_t index, std::span<float> pixels) override {
    const int64_t before = reads_++;
    reads_.notify_all();
    if (index == bad_index && before >= good_reads) {
      return DataLoss("/data/run.cxi shot " + std::to_string(index) + ": bad");
    }
    return images_.Read(index, pixels);
  }

  int64_t reads() const { return reads_; }
  void WaitForReads(int64_t count) const {
    for (int64_t now = reads_; now < count; now = reads_) reads_.wait(now);
  }

  // This image cannot be read once there were as many reads.
  int64_t bad_index = -1;
  int64_t good_reads = 0;

 private:
  const Dataset& images_;
  std::atomic<int64_t> reads_ = 0;
};

inline LabelTable LabelsOf(const Dataset& images) {
  LabelTable labels(images.classes().size());
  for (size_t i = 0; i < images.labels().size(); ++i) labels.Add(images.labels()[i]);
  return labels;
}

// The same set with its images read when they are wanted; `images` outlives it.
struct StreamedSet {
  explicit StreamedSet(const Dataset& images)
      : StreamedSet(images, new WatchedSource(images)) {}

  WatchedSource* source;
  Dataset dataset;

 private:
  StreamedSet(const Dataset& images, WatchedSource* owned)
      : source(owned),
        dataset(images.description(), images.classes(), LabelsOf(images),
                std::unique_ptr<ImageSource>(owned)) {}
};

}  // namespace airy::model
