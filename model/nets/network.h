#pragma once

#include <torch/torch.h>

namespace airy::model {

// What activations are made of after the stem, which always works on float32.
struct ComputeLayout {
  torch::ScalarType type = torch::kFloat32;                      // or kBFloat16
  torch::MemoryFormat format = torch::MemoryFormat::Contiguous;  // or ChannelsLast
};

// A trainable classifier. Modules and their registered names are the tensor names in a
// checkpoint. Thread-compatible.
class Network : public torch::nn::Module {
 public:
  // counts: [n, 1, h, w] float32 mean counts per pixel; returns [n, kClassCount] float32
  // logits. h and w are multiples of 8.
  virtual torch::Tensor forward(const torch::Tensor& counts) = 0;
  // Parameters stay float32 and are rounded where they are used; their memory format
  // changes. For a new network: float32, contiguous.
  virtual void set_layout(const ComputeLayout& layout) = 0;
};

// What a network becomes when it is only run: weights folded, converted and packed once.
// Takes and returns what Network::forward does. Owned by one thread.
class InferenceGraph {
 public:
  virtual ~InferenceGraph() = default;
  virtual torch::Tensor Run(const torch::Tensor& counts) = 0;
};

}  // namespace airy::model
