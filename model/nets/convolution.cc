#include "model/nets/convolution.h"

#include <cmath>

#include "model/nets/network.h"

namespace airy::model {

namespace nn = torch::nn;

nn::Conv2d MakeConvolution(int64_t in_channels, int64_t out_channels, int64_t kernel,
                           int64_t stride) {
  return nn::Conv2d(nn::Conv2dOptions(in_channels, out_channels, kernel)
                        .stride(stride)
                        .padding(kernel / 2)
                        .bias(false));
}

torch::Tensor Convolve(const nn::Conv2d& conv, const torch::Tensor& x) {
  return torch::conv2d(x, conv->weight.to(x.scalar_type()), /*bias=*/{},
                       conv->options.stride(), conv->weight.size(2) / 2);
}

torch::Tensor Activate(torch::Tensor x) { return torch::leaky_relu_(x, kLeak); }

void InitialiseFanIn(torch::Tensor weight, double gain) {
  constexpr double kErfOfSqrtTwo = 0.9544997361036416;  // share within two sigma
  constexpr double kTruncatedSigma = 0.8796256610342398;
  const double fan_in = static_cast<double>(weight.numel() / weight.size(0));
  const torch::NoGradGuard no_grad;
  weight.uniform_(-kErfOfSqrtTwo, kErfOfSqrtTwo)
      .erfinv_()
      .mul_(std::sqrt(2.0 * gain / fan_in) / kTruncatedSigma);
}

void SetMemoryFormat(torch::MemoryFormat format, nn::Module* module) {
  for (torch::Tensor& parameter : module->parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.detach().contiguous(format));
  }
}

}  // namespace airy::model
