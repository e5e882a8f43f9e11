#pragma once

#include <optional>
#include <vector>

#include "model/nets/network.h"
#include "model/nets/packed_convolution.h"
#include "model/nets/vgg.h"

namespace airy::model {

// A VGG that is only run. Every normalisation is folded into the convolution before it;
// fc1 and fc2 are products of matrices. Owned by one thread.
class FoldedVgg final : public InferenceGraph {
 public:
  FoldedVgg(const Vgg& network, const ComputeLayout& layout);
  torch::Tensor Run(const torch::Tensor& counts) override;

 private:
  struct Layer {
    bool pool_before;
    PackedConvolution conv;
  };
  struct FullyConnected {
    torch::Tensor weight;  // [out, in]
    torch::Tensor bias;    // [out]
  };

  torch::Tensor First(const torch::Tensor& counts) const;

  const std::optional<double> log_alpha_;
  const ComputeLayout layout_;
  torch::Tensor first_weight_, first_bias_;  // float32; bias undefined: a logarithm
  std::vector<Layer> layers_;                // but for the first
  std::vector<FullyConnected> hidden_;
  FullyConnected last_;
};

}  // namespace airy::model
