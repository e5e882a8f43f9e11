#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "preprocess/frame/image.h"

namespace airy::pipeline {

// Lends network inputs and takes them back when the last holder lets go, so that a busy
// stream does not have the kernel map and zero 200 kB for every hit (see README). An
// image may outlive the pool. Thread-safe.
class ImagePool {
 public:
  // Keeps at most `max_kept` images that nobody uses.
  explicit ImagePool(size_t max_kept);

  // An image with unspecified contents.
  std::shared_ptr<Image> Take();

 private:
  struct Shelf {
    size_t max_kept;
    std::mutex mutex;
    std::vector<std::unique_ptr<Image>> images;  // guarded by mutex
  };
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace airy::pipeline
