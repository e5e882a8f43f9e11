#pragma once

#include <torch/torch.h>

namespace airy::model {

// A trainable classifier. Modules and their registered names are the tensor names in a
// checkpoint. Thread-compatible.
class Network : public torch::nn::Module {
 public:
  // counts: [n, 1, h, w] float32 mean counts per pixel; returns [n, kClassCount] float32
  // logits. h and w are multiples of 32.
  virtual torch::Tensor forward(const torch::Tensor& counts) = 0;
  // The type activations have after the stem; parameters stay float32 until they are
  // used. kFloat32 or kBFloat16.
  virtual void set_compute_type(torch::ScalarType type) = 0;
};

// What a network becomes when it is only run: weights folded, converted and packed once.
// Takes and returns what Network::forward does. Owned by one thread.
class InferenceGraph {
 public:
  virtual ~InferenceGraph() = default;
  virtual torch::Tensor Run(const torch::Tensor& counts) = 0;
};

struct InferenceLayout {
  torch::ScalarType type = torch::kFloat32;  // after the stem
  torch::MemoryFormat format = torch::MemoryFormat::Contiguous;
};

}  // namespace airy::model
