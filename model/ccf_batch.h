#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_map.h"

namespace airy::model {

// The maps that transform::CcfMapper makes (PRE 99, 063309, Eq. 13 to 15), of a batch at
// a time and on any device, for training: the same options, samples and scaling. Scaled
// maps agree with its maps within 1e-4, unscaled ones within 1e-4 of the largest value of
// their triangle; constant and empty images give the same zeros. Immutable, thread-safe.
class CcfBatchMapper {
 public:
  // As CcfMapper::Create, for images that lie on `device`.
  static Result<CcfBatchMapper> Create(int rows, int cols,
                                       const transform::CcfOptions& options,
                                       std::span<const uint8_t> mask,
                                       torch::Device device);

  // images: [n, 1, rows, cols] float32. Returns [n, 1, rings, rings]; no gradient flows
  // back. Needs about 3 MB of memory an image.
  torch::Tensor Map(const torch::Tensor& images) const;

 private:
  CcfBatchMapper(const transform::PolarGrid& grid, const transform::CcfOptions& options,
                 torch::Device device);

  torch::Tensor Sample(const torch::Tensor& images) const;
  torch::Tensor Amplitudes(const torch::Tensor& samples) const;
  torch::Tensor Scale(const torch::Tensor& values) const;

  transform::CcfOptions options_;
  int64_t cols_;
  int64_t rings_;
  int64_t angles_;
  // Of each sample: the pixel above and left of it, row * cols + col, and how far it lies
  // beyond that pixel's centre.
  torch::Tensor pixel_;         // [rings * angles] int64
  torch::Tensor row_fraction_;  // [rings * angles]
  torch::Tensor col_fraction_;
  torch::Tensor measured_;         // [rings, angles], 0 or 1; undefined: all are
  torch::Tensor inverse_angles_;   // [rings] 1 / angles measured
  torch::Tensor inverse_overlap_;  // [rings, rings] 1 / angles measured in both
  torch::Tensor waves_;            // [angles, 2] cosine and minus sine of n phi
  // Places of the triangles in a map, and of a map's values in both of them, the lower
  // one first.
  torch::Tensor lower_;  // int64
  torch::Tensor upper_;
  torch::Tensor assembled_;
};

}  // namespace airy::model
