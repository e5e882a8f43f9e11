#include "model/nets/folded_resnet.h"

namespace airy::model {
namespace {

// What a normalisation does in evaluation.
ChannelAffine AffineOf(const torch::nn::BatchNorm2d& bn) {
  const torch::Tensor scale =
      bn->weight.detach() * torch::rsqrt(bn->running_var + bn->options.eps());
  return {scale.contiguous(),
          (bn->bias.detach() - bn->running_mean * scale).contiguous()};
}

}  // namespace

PackedConvolution FoldedResNet::Pack(const torch::nn::Conv2d& conv,
                                     const ChannelAffine* after) const {
  torch::Tensor weight = conv->weight.detach();
  torch::Tensor bias;
  if (after != nullptr) {
    weight = weight * after->scale.view({-1, 1, 1, 1});
    bias = after->shift.to(layout_.type);
  }
  return {weight.to(layout_.type).contiguous(layout_.format), bias,
          (*conv->options.stride())[0]};
}

FoldedResNet::FoldedResNet(const ResNet& network, const ComputeLayout& layout)
    : options_(network.options), layout_(layout) {
  const torch::NoGradGuard no_grad;
  stem_weight_ = network.stem->weight.detach().clone(torch::MemoryFormat::Contiguous);
  for (const auto& block : network.blocks) {
    const ChannelAffine between = AffineOf(block->bn2);
    blocks_.push_back(
        {AffineOf(block->bn1), Pack(block->conv1, &between), Pack(block->conv2), {}});
    if (block->projection) blocks_.back().projection = Pack(block->projection);
  }
  last_ = AffineOf(network.final_bn);
  fc_weight_ = network.fc->weight.detach().clone();
  fc_bias_ = network.fc->bias.detach().clone();
}

// Image by image on the CPU: the 3 MB of one stay in the cache, those of a batch do not.
torch::Tensor FoldedResNet::Stem(const torch::Tensor& counts) const {
  const int64_t chunk = counts.is_cpu() ? 1 : counts.size(0);
  std::vector<torch::Tensor> pooled;
  for (const torch::Tensor& images : counts.split(chunk)) {
    const torch::Tensor x =
        torch::conv2d(images, stem_weight_, /*bias=*/{}, /*stride=*/2, /*padding=*/3);
    pooled.push_back(PoolOfLog(options_.log_alpha, x, layout_.type, layout_.format));
  }
  return pooled.size() == 1 ? pooled.front() : torch::cat(pooled);
}

torch::Tensor FoldedResNet::Run(const torch::Tensor& counts) {
  const double leak = options_.leak;
  torch::Tensor x = Stem(counts);
  torch::Tensor activated = LeakyOfAffine(blocks_.front().before, leak, x);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    Block& block = blocks_[i];
    const bool is_last = i + 1 == blocks_.size();
    const torch::Tensor shortcut =
        block.projection.defined() ? block.projection(activated) : x;
    torch::Tensor hidden = block.conv1(activated);
    Leaky(leak, &hidden);
    x = block.conv2(hidden);
    // The sum itself is needed only where the next shortcut is the identity.
    const bool keep_sum = !is_last && !blocks_[i + 1].projection.defined();
    activated = AddThenLeakyOfAffine(is_last ? last_ : blocks_[i + 1].before, leak,
                                     shortcut, keep_sum, &x);
  }
  return torch::addmm(fc_bias_, activated.to(torch::kFloat32).mean({2, 3}),
                      fc_weight_.t());
}

}  // namespace airy::model
