#include "model/nets/packed_convolution.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <utility>
#include <vector>

namespace airy::model {
namespace {

// LibTorch registers these for its own graph optimiser; they have no C++ function.
std::optional<c10::OperatorHandle> FindPackedOperator(const char* name) {
  const auto found = c10::Dispatcher::singleton().findSchema({name, ""});
  return found.has_value() ? std::optional(*found) : std::nullopt;
}

const std::optional<c10::OperatorHandle>& PrepackOperator() {
  static const auto found = FindPackedOperator("mkldnn_prepacked::conv2d_prepack");
  return found;
}

const std::optional<c10::OperatorHandle>& RunOperator() {
  static const auto found = FindPackedOperator("mkldnn_prepacked::conv2d_run");
  return found;
}

}  // namespace

PackedConvolution::PackedConvolution(torch::Tensor weight, torch::Tensor bias,
                                     int64_t stride)
    : weight_(std::move(weight)), bias_(std::move(bias)), stride_(stride) {}

// The best order depends on the image's size, hence at the first image.
void PackedConvolution::Pack(const torch::Tensor& x) {
  tried_packing_ = true;
  if (!weight_.is_cpu() || !PrepackOperator() || !RunOperator()) return;
  const std::vector<int64_t> stride = {stride_, stride_};
  const std::vector<int64_t> padding = {weight_.size(2) / 2, weight_.size(3) / 2};
  const std::vector<int64_t> dilation = {1, 1};
  torch::jit::Stack stack = {
      weight_,         bias_.defined() ? torch::IValue(bias_) : torch::IValue(),
      stride,          padding,
      dilation,        int64_t{1},
      x.sizes().vec(), "none"};
  try {
    PrepackOperator()->callBoxed(stack);
    packed_ = stack.front();
  } catch (const c10::Error&) {  // a LibTorch or processor that cannot: conv2d serves
  }
}

torch::Tensor PackedConvolution::operator()(const torch::Tensor& x) {
  if (!tried_packing_) Pack(x);
  if (packed_.isNone()) {
    return torch::conv2d(x, weight_, bias_, stride_, weight_.size(2) / 2);
  }
  torch::jit::Stack stack = {x, packed_};
  RunOperator()->callBoxed(stack);
  return stack.front().toTensor();
}

}  // namespace airy::model
