#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "preprocess/frame/result.h"
#include "preprocess/transform/rescale.h"

namespace airy::services {

// Lends Rescalers by image shape, so that a client that sends one shape over and over
// pays for its preparation once. Keeps the most recently used idle ones. Thread-safe.
class RescalerPool {
 public:
  explicit RescalerPool(transform::RescaleOptions options, size_t max_idle = 16);

  // Rescales `pixels` times `scale` into `output`. InvalidArgument for a shape that
  // cannot be rescaled.
  Status Apply(const PixelView& pixels, float scale, Image* output);

 private:
  struct Idle {
    int rows;
    int cols;
    std::unique_ptr<transform::Rescaler> rescaler;
  };
  Result<std::unique_ptr<transform::Rescaler>> Take(int rows, int cols);
  void GiveBack(Idle idle);

  const transform::RescaleOptions options_;
  const size_t max_idle_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // guarded by mutex_; least recently used first
};

}  // namespace airy::services
