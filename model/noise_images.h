#pragma once

#include <torch/torch.h>

#include <vector>

#include "model/engine.h"

namespace airy::model {

// What an engine warms up with: noise as bright as the images that its model was trained
// on or, where it sees maps, maps of it. Always the same. Immutable, thread-safe.
class NoiseImages {
 public:
  // Enough for batches of max_batch; in large ones images come again.
  NoiseImages(const ModelInfo& info, int max_batch);

  // `count` images of kInputSize x kInputSize float32, valid as long as this lives.
  std::vector<const void*> Pointers(int count) const;

 private:
  torch::Tensor images_;  // [n, 1, kInputSize, kInputSize]
};

}  // namespace airy::model
