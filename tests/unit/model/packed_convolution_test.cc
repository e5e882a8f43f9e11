#include "model/nets/packed_convolution.h"

#include <gtest/gtest.h>

namespace airy::model {
namespace {

TEST(PackedConvolutionTest, AgreesWithConv2dForEveryBatchAndStride) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(31);
  for (const int64_t kernel : {1, 3}) {
    for (const int64_t stride : {1, 2}) {
      const torch::Tensor weight = torch::randn({16, 8, kernel, kernel});
      const torch::Tensor bias = torch::randn(16);
      PackedConvolution with_bias(weight, bias, stride);
      PackedConvolution without_bias(weight, {}, stride);
      for (const int64_t batch : {1, 3, 2}) {  // packed for the first, used for all
        const torch::Tensor x = torch::randn({batch, 8, 14, 14});
        EXPECT_TRUE(torch::allclose(with_bias(x),
                                    torch::conv2d(x, weight, bias, stride, kernel / 2),
                                    1e-4, 1e-4));
        EXPECT_TRUE(torch::allclose(without_bias(x),
                                    torch::conv2d(x, weight, {}, stride, kernel / 2),
                                    1e-4, 1e-4));
      }
    }
  }
}

TEST(PackedConvolutionTest, IsUndefinedUntilItHasWeights) {
  EXPECT_FALSE(PackedConvolution().defined());
  EXPECT_TRUE(PackedConvolution(torch::zeros({1, 1, 1, 1}), {}, 1).defined());
}

}  // namespace
}  // namespace airy::model
