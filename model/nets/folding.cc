#include "model/nets/folding.h"

namespace airy::model {

ChannelAffine AffineOf(const torch::nn::BatchNorm2d& bn) {
  const torch::Tensor scale =
      bn->weight.detach() * torch::rsqrt(bn->running_var + bn->options.eps());
  return {scale.contiguous(),
          (bn->bias.detach() - bn->running_mean * scale).contiguous()};
}

torch::Tensor FoldedWeight(const torch::nn::Conv2d& conv, const ChannelAffine& after) {
  return conv->weight.detach() * after.scale.view({-1, 1, 1, 1});
}

PackedConvolution FoldConvolution(const torch::nn::Conv2d& conv,
                                  const ChannelAffine* after,
                                  const ComputeLayout& layout) {
  const torch::Tensor weight =
      after == nullptr ? conv->weight.detach() : FoldedWeight(conv, *after);
  const torch::Tensor bias =
      after == nullptr ? torch::Tensor() : after->shift.to(layout.type);
  return {weight.to(layout.type, /*non_blocking=*/false, /*copy=*/true)
              .contiguous(layout.format),
          bias, (*conv->options.stride())[0]};
}

}  // namespace airy::model
