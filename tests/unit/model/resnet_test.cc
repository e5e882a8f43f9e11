#include "model/nets/resnet.h"

#include <gtest/gtest.h>

#include "model/device.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "preprocess/frame/classes.h"
#include "tests/testing/status.h"
#include "tests/unit/model/used_network.h"

namespace airy::model {
namespace {

torch::Tensor SomeCounts(int64_t n, int64_t size) {
  torch::manual_seed(12);
  return torch::empty({n, 1, size, size}).exponential_(0.1);
}

TEST(ResNetTest, GivesOneLogitPerClassAtEverySize) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedResNet18(11);
  for (const int64_t size : {56, 112, 224}) {
    EXPECT_EQ(network->forward(SomeCounts(2, size)).sizes(),
              (std::vector<int64_t>{2, kClassCount}));
  }
}

TEST(ResNetTest, InitialisesWithVarianceOneOverFanIn) {
  torch::manual_seed(5);
  const ResNet network(ResNetOptions{});
  const torch::Tensor& weight =
      network.blocks.back()->convs[1]->weight;  // fan-in 512 * 9
  EXPECT_NEAR(weight.var().item<double>() * 512 * 9, 1.0, 0.01);
  EXPECT_LT(weight.abs().max().item<double>() * std::sqrt(512.0 * 9), 2 / 0.8796 + 1e-3);
}

class InferenceGraphTest : public ::testing::TestWithParam<ComputeLayout> {};

TEST_P(InferenceGraphTest, AgreesWithTheNetworkItWasFoldedFrom) {
  if (GetParam().type == torch::kBFloat16 && !RunsBf16(torch::kCPU)) {
    GTEST_SKIP() << "this processor lacks AVX-512";
  }
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedResNet18(11);
  const auto graph = CreateInferenceGraph("resnet18-log", *network, GetParam()).value();
  const torch::Tensor counts = SomeCounts(3, 224);
  const torch::Tensor expected = torch::sigmoid(network->forward(counts));
  const torch::Tensor actual = torch::sigmoid(graph->Run(counts));
  const double tolerance = GetParam().type == torch::kFloat32 ? 1e-5 : 0.02;
  EXPECT_LT((actual - expected).abs().max().item<double>(), tolerance);
  EXPECT_GT(expected.std().item<double>(), 0.01) << "a constant network proves nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, InferenceGraphTest,
    ::testing::Values(ComputeLayout{torch::kFloat32, torch::MemoryFormat::Contiguous},
                      ComputeLayout{torch::kFloat32, torch::MemoryFormat::ChannelsLast},
                      ComputeLayout{torch::kBFloat16, torch::MemoryFormat::Contiguous},
                      ComputeLayout{torch::kBFloat16,
                                    torch::MemoryFormat::ChannelsLast}));

TEST(WeightsTest, RefusesMissingUnknownMisshapenAndInfiniteTensors) {
  const std::shared_ptr<Network> network = UsedResNet18(11);
  const std::vector<StoredTensor> good = StoreWeights(*network, TensorType::kF16);
  const auto message = [&](const std::vector<StoredTensor>& tensors) {
    const Status status = LoadWeights(tensors, network.get());
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    return status.message();
  };
  std::vector<StoredTensor> tensors(good.begin() + 1, good.end());
  EXPECT_EQ(message(tensors), "tensor 'stem.weight' of shape [64,1,7,7] is missing");
  tensors = good;
  tensors.push_back(good[0]);
  tensors.back().name = "extra";
  EXPECT_EQ(message(tensors), "tensor 'extra' is not part of the architecture");
  tensors = good;
  tensors[0].shape = {64, 49};
  EXPECT_EQ(message(tensors),
            "tensor 'stem.weight' must have shape [64,1,7,7]; was [64,49]");
  tensors = good;
  tensors[0].data[1] = std::byte{0x7C};  // the exponent of infinity
  tensors[0].data[0] = std::byte{0};
  EXPECT_EQ(message(tensors), "tensor 'stem.weight' holds a value that is not finite");
}

}  // namespace
}  // namespace airy::model
