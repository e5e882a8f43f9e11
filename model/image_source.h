#pragma once

#include <cstdint>
#include <span>

#include "preprocess/frame/status.h"

namespace airy::model {

// Where images of a dataset are read from, one at a time and in any order. Thread-safe.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  // Fills `pixels`, kInputSize squared, with image `index`: counts that CheckCounts
  // (dataset.h) accepts. Errors name file and shot.
  virtual Status Read(int64_t index, std::span<float> pixels) = 0;
};

}  // namespace airy::model
