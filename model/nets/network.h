#pragma once

#include <torch/torch.h>

#include <optional>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"

namespace airy::model {

// What every network is made with.
struct NetworkOptions {
  std::optional<double> log_alpha = 0.2;  // of Eq. 11 after the first convolution
  int outputs = kClassCount;
};

inline constexpr double kLeak = 0.2;  // the slope of LeakyReLU below zero
// What counts are multiplied by where there is no logarithmic activation.
inline constexpr double kPlainInputScale = 1.0 / 65535;

// What activations are made of after the first layer, which always works on float32.
struct ComputeLayout {
  torch::ScalarType type = torch::kFloat32;                      // or kBFloat16
  torch::MemoryFormat format = torch::MemoryFormat::Contiguous;  // or ChannelsLast
};

// A trainable classifier: layers that keep the image's plane, then an embedding, then
// logits. Modules and their registered names are the tensor names in a checkpoint.
// Thread-compatible.
class Network : public torch::nn::Module {
 public:
  // The layers in order, by registered name: "stem", "stage1_block1", ...
  virtual std::vector<std::string> layers() const = 0;
  // Layer 0 takes counts, [n, 1, h, w] float32 mean counts per pixel; every layer gives
  // [n, c, h', w']. The last one's output is what Grad-CAM explains.
  virtual torch::Tensor RunLayer(size_t index, const torch::Tensor& x) = 0;
  // The last layer's output to [n, d] float32: what the classification is linear in.
  virtual torch::Tensor Embed(const torch::Tensor& features) = 0;
  // An embedding to [n, outputs] float32 logits.
  virtual torch::Tensor Classify(const torch::Tensor& embedding) = 0;
  // All of these, one after the other. h and w are multiples of 8, at least 32; throws
  // c10::Error otherwise.
  torch::Tensor forward(const torch::Tensor& counts);
  // Parameters stay float32 and are rounded where they are used; their memory format
  // changes. For a new network: float32, contiguous.
  virtual void set_layout(const ComputeLayout& layout) = 0;
};

// The means of squares of pixels: images or maps [n, 1, h, h] to [n, 1, size, size];
// `size` divides h.
torch::Tensor AverageDown(const torch::Tensor& images, int size);

// What a network becomes when it is only run: weights folded, converted and packed once.
// Takes and returns what Network::forward does. Owned by one thread.
class InferenceGraph {
 public:
  virtual ~InferenceGraph() = default;
  virtual torch::Tensor Run(const torch::Tensor& counts) = 0;
};

}  // namespace airy::model
