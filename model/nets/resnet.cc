#include "model/nets/resnet.h"

#include "model/nets/batch_norm.h"
#include "model/nets/convolution.h"
#include "model/nets/log_activation.h"

namespace airy::model {
namespace {

namespace nn = torch::nn;

constexpr std::array<int64_t, 4> kStageWidths = {64, 128, 256, 512};
constexpr int64_t kBottleneckExpansion = 4;

std::vector<PreActBlock::Layer> BlockLayers(bool bottleneck, int64_t width,
                                            int64_t stride) {
  if (!bottleneck) return {{width, 3, stride}, {width, 3, 1}};
  return {{width, 1, 1}, {width, 3, stride}, {kBottleneckExpansion * width, 1, 1}};
}

int64_t EmbeddingSize(const ResNetOptions& options) {
  return kStageWidths.back() * (options.bottleneck ? kBottleneckExpansion : 1);
}

}  // namespace

PreActBlock::PreActBlock(int64_t in_channels, const std::vector<Layer>& layers,
                         bool project) {
  int64_t channels = in_channels;
  int64_t stride = 1;
  for (const Layer& layer : layers) {
    const std::string number = std::to_string(convs.size() + 1);
    bns.push_back(register_module("bn" + number, nn::BatchNorm2d(channels)));
    convs.push_back(register_module(
        "conv" + number,
        MakeConvolution(channels, layer.channels, layer.kernel, layer.stride)));
    channels = layer.channels;
    stride *= layer.stride;
  }
  if (project) {
    projection = register_module(
        "projection", MakeConvolution(in_channels, channels, /*kernel=*/1, stride));
  }
}

torch::Tensor PreActBlock::forward(const torch::Tensor& x) {
  torch::Tensor hidden = x;
  torch::Tensor shortcut = x;
  for (size_t i = 0; i < convs.size(); ++i) {
    hidden = Activate(Normalise(bns[i], hidden));
    if (i == 0 && projection) shortcut = Convolve(projection, hidden);
    hidden = Convolve(convs[i], hidden);
  }
  return hidden.add_(shortcut);
}

ResNet::ResNet(const ResNetOptions& resnet_options)
    : options(resnet_options),
      stem(MakeConvolution(1, kStageWidths[0], /*kernel=*/7, /*stride=*/2)),
      final_bn(EmbeddingSize(options)),
      fc(EmbeddingSize(options), options.network.outputs) {
  register_module("stem", stem);
  int64_t in_channels = kStageWidths[0];
  for (size_t stage = 0; stage < kStageWidths.size(); ++stage) {
    for (int i = 0; i < options.blocks[stage]; ++i) {
      const auto block = BlockLayers(options.bottleneck, kStageWidths[stage],
                                     /*stride=*/stage > 0 && i == 0 ? 2 : 1);
      blocks.push_back(register_module(
          "stage" + std::to_string(stage + 1) + "_block" + std::to_string(i + 1),
          std::make_shared<PreActBlock>(in_channels, block, /*project=*/i == 0)));
      in_channels = block.back().channels;
    }
  }
  register_module("final_bn", final_bn);
  register_module("fc", fc);
  for (torch::Tensor& parameter : parameters()) {
    if (parameter.dim() > 1) InitialiseFanIn(parameter);
  }
  const torch::NoGradGuard no_grad;
  fc->bias.zero_();
}

void ResNet::set_layout(const ComputeLayout& layout) {
  layout_ = layout;
  SetMemoryFormat(layout.format, this);
}

std::vector<std::string> ResNet::layers() const {
  std::vector<std::string> names;
  for (const auto& child : named_children()) names.push_back(child.key());
  names.resize(1 + blocks.size());  // without final_bn and fc
  return names;
}

torch::Tensor ResNet::Stem(const torch::Tensor& counts) {
  const auto alpha = options.network.log_alpha;
  // The logarithm increases, so pooling first gives the same values for a quarter of
  // them.
  const torch::Tensor x = torch::max_pool2d(
      stem(alpha ? counts : counts * kPlainInputScale).contiguous(layout_.format),
      /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  return (alpha ? LogActivation(x, *alpha) : x).to(layout_.type);
}

torch::Tensor ResNet::RunLayer(size_t index, const torch::Tensor& x) {
  return index == 0 ? Stem(x) : blocks.at(index - 1)->forward(x);
}

torch::Tensor ResNet::Embed(const torch::Tensor& features) {
  return Activate(Normalise(final_bn, features)).to(torch::kFloat32).mean({2, 3});
}

torch::Tensor ResNet::Classify(const torch::Tensor& embedding) { return fc(embedding); }

}  // namespace airy::model
