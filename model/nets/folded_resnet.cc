#include "model/nets/folded_resnet.h"

#include "model/nets/folding.h"

namespace airy::model {

FoldedResNet::FoldedResNet(const ResNet& network, const ComputeLayout& layout)
    : log_alpha_(network.options.network.log_alpha), layout_(layout) {
  const torch::NoGradGuard no_grad;
  stem_weight_ =
      network.stem->weight.detach().contiguous() * (log_alpha_ ? 1.0 : kPlainInputScale);
  for (const auto& block : network.blocks) {
    Block folded{AffineOf(block->bns[0]), {}, {}};
    for (size_t i = 0; i + 1 < block->convs.size(); ++i) {
      const ChannelAffine between = AffineOf(block->bns[i + 1]);
      folded.convs.push_back(FoldConvolution(block->convs[i], &between, layout));
    }
    folded.convs.push_back(FoldConvolution(block->convs.back(), nullptr, layout));
    if (block->projection) {
      folded.projection = FoldConvolution(block->projection, nullptr, layout);
    }
    blocks_.push_back(std::move(folded));
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
    if (log_alpha_) {
      pooled.push_back(PoolOfLog(*log_alpha_, x, layout_.type, layout_.format));
    } else {
      pooled.push_back(torch::max_pool2d(x.contiguous(layout_.format), /*kernel_size=*/3,
                                         /*stride=*/2, /*padding=*/1)
                           .to(layout_.type));
    }
  }
  return pooled.size() == 1 ? pooled.front() : torch::cat(pooled);
}

torch::Tensor FoldedResNet::Run(const torch::Tensor& counts) {
  torch::Tensor x = Stem(counts);
  torch::Tensor activated = LeakyOfAffine(blocks_.front().before, kLeak, x);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    Block& block = blocks_[i];
    const bool is_last = i + 1 == blocks_.size();
    const torch::Tensor shortcut =
        block.projection.defined() ? block.projection(activated) : x;
    torch::Tensor hidden = activated;
    for (size_t k = 0; k + 1 < block.convs.size(); ++k) {
      hidden = block.convs[k](hidden);
      Leaky(kLeak, &hidden);
    }
    x = block.convs.back()(hidden);
    // The sum itself is needed only where the next shortcut is the identity.
    const bool keep_sum = !is_last && !blocks_[i + 1].projection.defined();
    activated = AddThenLeakyOfAffine(is_last ? last_ : blocks_[i + 1].before, kLeak,
                                     shortcut, keep_sum, &x);
  }
  return torch::addmm(fc_bias_, activated.to(torch::kFloat32).mean({2, 3}),
                      fc_weight_.t());
}

}  // namespace airy::model
