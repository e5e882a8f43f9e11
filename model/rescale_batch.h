#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <vector>

#include "preprocess/frame/result.h"
#include "preprocess/transform/rescale.h"

namespace airy::model {

// What transform::Rescaler makes of frames of uint16 counts, of a batch at a time and on
// any device: the same square, mask, dark and means, within 1e-4 of the largest. The area
// average is a product with two matrices of weights, which a GPU has units for; on a CPU
// the Rescaler is many times faster. Immutable, thread-safe.
class BatchRescaler {
 public:
  // As Rescaler::Create, for frames that lie on `device`.
  static Result<BatchRescaler> Create(int rows, int cols,
                                      const transform::RescaleOptions& options,
                                      std::span<const uint8_t> mask,
                                      std::span<const float> dark, torch::Device device);

  // frames: [n, rows, cols] int16, which hold the bits of uint16 counts (LibTorch 1.13
  // has no uint16). Returns [n, 1, output_size, output_size] float32: mean counts per
  // pixel multiplied by `scale`, 0 where nothing is measured.
  torch::Tensor Apply(const torch::Tensor& frames, float scale) const;
  // As Rescaler::Measured.
  std::vector<uint8_t> Measured() const;

 private:
  BatchRescaler() = default;

  // The part of the frame that the square covers.
  int64_t first_row_ = 0;
  int64_t first_col_ = 0;
  torch::Tensor vertical_;      // [output_size, rows of that part]
  torch::Tensor horizontal_;    // [columns of that part, output_size]
  torch::Tensor good_;          // of that part, 0 or 1; undefined: all are good
  torch::Tensor dark_;          // of that part, 0 where masked; undefined: none
  torch::Tensor inverse_area_;  // [output_size, output_size]; 0: nothing is measured
};

}  // namespace airy::model
