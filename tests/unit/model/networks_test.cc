// What holds for every row of the table of networks.
#include <gtest/gtest.h>

#include <map>

#include "model/device.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "preprocess/frame/classes.h"
#include "tests/testing/status.h"
#include "tests/unit/model/used_network.h"

namespace airy::model {
namespace {

constexpr int64_t kSize = 64;

// Bright enough for networks that divide counts by 65535, each image brighter than the
// one before.
torch::Tensor SomeCounts(int64_t n, int64_t size) {
  torch::manual_seed(12);
  return torch::empty({n, 1, size, size}).exponential_(/*lambd=*/1e-4) *
         torch::arange(1, n + 1).view({n, 1, 1, 1});
}

// Multiplications that an image of 224x224 takes: every weight times the pixels it is
// applied at.
int64_t CountMultiplications(Network* network) {
  torch::Tensor x = SomeCounts(1, 224);
  std::map<std::string, int64_t> pixels;  // where a layer's convolutions are applied
  std::map<std::string, int64_t> pixels_before;
  for (size_t i = 0; i < network->layers().size(); ++i) {
    const std::string name = network->layers()[i];
    pixels_before[name] = x.size(2) * x.size(3);
    x = network->RunLayer(i, x);
    pixels[name] = x.size(2) * x.size(3);
  }
  pixels["stem"] *= 4;  // its pool comes after
  int64_t count = 0;
  for (const auto& item : network->named_parameters()) {
    if (item.value().dim() == 1) continue;
    const std::string layer = item.key().substr(0, item.key().find('.'));
    // A bottleneck's first convolution comes before its stride.
    const bool before =
        item.key() == layer + ".conv1.weight" && item.value().size(2) == 1;
    const auto& places = before ? pixels_before : pixels;
    const auto place = places.find(layer);
    count += item.value().numel() * (place == places.end() ? 1 : place->second);
  }
  return count;
}

struct NetworkCase {
  const char* architecture;
  int64_t parameters;
  int64_t multiplications;  // of an image of 224x224
};

void PrintTo(const NetworkCase& network, std::ostream* out) {
  *out << network.architecture;
}

// One network of each architecture for all tests, which leave it as it was.
class EveryNetworkTest : public ::testing::TestWithParam<NetworkCase> {
 protected:
  static void TearDownTestSuite() { used_.clear(); }

  static std::shared_ptr<Network> UsedNetwork() {
    std::shared_ptr<Network>& network = used_[GetParam().architecture];
    if (!network) {
      torch::manual_seed(11);
      network = CreateNetwork(GetParam().architecture).value();
      PretendTraining(network.get());
      network->eval();
    }
    return network;
  }

  static inline std::map<std::string, std::shared_ptr<Network>> used_;
};

TEST_P(EveryNetworkTest, LayersEmbeddingAndLogitsAreTheWholeNetwork) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedNetwork();
  const torch::Tensor counts = SomeCounts(2, kSize);
  torch::Tensor x = counts;
  const std::vector<std::string> layers = network->layers();
  const auto modules = network->named_children();
  for (size_t i = 0; i < layers.size(); ++i) {
    EXPECT_TRUE(modules.contains(layers[i])) << layers[i];
    x = network->RunLayer(i, x);
    ASSERT_EQ(x.dim(), 4) << layers[i];
    EXPECT_EQ(x.size(0), 2) << layers[i];
  }
  const torch::Tensor embedding = network->Embed(x);
  EXPECT_EQ(embedding.dim(), 2);
  EXPECT_GE(embedding.size(1), 512);
  const torch::Tensor logits = network->Classify(embedding);
  EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{2, kClassCount}));
  EXPECT_TRUE(torch::equal(logits, network->forward(counts)));
}

TEST_P(EveryNetworkTest, BatchEqualsSingles) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedNetwork();
  const torch::Tensor counts = SomeCounts(3, kSize);
  const torch::Tensor batch = torch::sigmoid(network->forward(counts));
  for (int64_t i = 0; i < counts.size(0); ++i) {
    const torch::Tensor single =
        torch::sigmoid(network->forward(counts.narrow(0, i, 1)))[0];
    EXPECT_LT((batch[i] - single).abs().max().item<double>(), 1e-4);
  }
  EXPECT_GT(batch.std(0).max().item<double>(), 1e-3) << "all images look the same to it";
}

TEST_P(EveryNetworkTest, GraphAgreesWithTheNetworkItWasFoldedFrom) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedNetwork();
  const torch::Tensor counts = SomeCounts(2, kSize);
  const torch::Tensor expected = torch::sigmoid(network->forward(counts));
  for (const torch::ScalarType type : {torch::kFloat32, torch::kBFloat16}) {
    if (type == torch::kBFloat16 && !RunsBf16(torch::kCPU)) continue;
    for (const torch::MemoryFormat format :
         {torch::MemoryFormat::Contiguous, torch::MemoryFormat::ChannelsLast}) {
      const auto graph =
          CreateInferenceGraph(GetParam().architecture, *network, {type, format}).value();
      const torch::Tensor actual = torch::sigmoid(graph->Run(counts));
      EXPECT_LT((actual - expected).abs().max().item<double>(),
                type == torch::kFloat32 ? 1e-4 : 0.02)
          << type << " " << format;
    }
  }
  EXPECT_GT(expected.std().item<double>(), 0.01) << "a constant network proves nothing";
}

TEST_P(EveryNetworkTest, HasTheParametersAndMultiplicationsOfItsTable) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedNetwork();
  int64_t parameters = 0;
  for (const torch::Tensor& parameter : network->parameters()) {
    parameters += parameter.numel();
  }
  EXPECT_EQ(parameters, GetParam().parameters);
  EXPECT_EQ(CountMultiplications(network.get()), GetParam().multiplications);
}

TEST_P(EveryNetworkTest, SavedInSinglePrecisionComesBackBitByBit) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = UsedNetwork();
  const std::vector<StoredTensor> saved = StoreWeights(*network, TensorType::kF32);
  for (auto& [name, tensor] : NamedState(*network)) tensor.fill_(7);
  ASSERT_OK(LoadWeights(saved, network.get()));
  const std::vector<StoredTensor> loaded = StoreWeights(*network, TensorType::kF32);
  ASSERT_EQ(loaded.size(), saved.size());
  for (size_t i = 0; i < saved.size(); ++i) {
    EXPECT_EQ(loaded[i].name, saved[i].name);
    EXPECT_TRUE(loaded[i].data == saved[i].data) << saved[i].name;
  }
}

// Computed by hand from Tables 7 and 8. ResNet18: convolutions 11,164,736 (with four
// projections), normalisations 7,808, fc 5,643.
INSTANTIATE_TEST_SUITE_P(
    Table, EveryNetworkTest,
    ::testing::Values(NetworkCase{"resnet18", 11'178'187, 1'747'736'064},
                      NetworkCase{"resnet50-log0.5", 23'516'619, 4'008'482'816},
                      NetworkCase{"resnet101-log", 42'508'747, 7'720'704'000},
                      NetworkCase{"vgg16-log", 134'308'555, 15'408'410'624},
                      NetworkCase{"vgg19", 139'619'659, 19'570'208'768}));

TEST(NetworkTableTest, RefusesWhatItDoesNotHoldAndSaysWhatItDoes) {
  for (const char* architecture :
       {"", "alexnet", "resnet", "resnet18-", "resnet18-lo", "resnet18log", "-log",
        "resnet18-log0", "resnet18-log-1", "resnet18-log200", "resnet18-lognan",
        "resnet18-log0.2x", "resnet18-log 0.2", "resnet18-log1e1", "ResNet18"}) {
    SCOPED_TRACE(architecture);
    const auto network = CreateNetwork(architecture);
    EXPECT_STATUS(StatusCode::kInvalidArgument, network);
    const std::string message = network.status().message();
    for (const char* part : {"resnet18", "resnet101", "vgg19", "ALPHA 0.001..100"}) {
      EXPECT_NE(message.find(part), std::string::npos) << message;
    }
    EXPECT_NE(message.find("was '" + std::string(architecture) + "'"), std::string::npos);
  }
  EXPECT_STATUS(StatusCode::kInvalidArgument, CreateNetwork("resnet18", 0));
}

TEST(NetworkTableTest, HasAsManyOutputsAsAskedFor) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = CreateNetwork("resnet50", 4).value();
  network->eval();
  const torch::Tensor counts = SomeCounts(2, 56);
  const torch::Tensor logits = network->forward(counts);
  EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{2, 4}));
  const auto graph = CreateInferenceGraph("resnet50", *network, {}).value();
  EXPECT_EQ(graph->Run(counts).sizes(), logits.sizes());
}

TEST(NetworkTableTest, AlphaScalesWhatTheFirstLayerGives) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor counts = SomeCounts(1, kSize);
  const auto first_layer = [&counts](const char* architecture) {
    torch::manual_seed(4);
    return CreateNetwork(architecture).value()->RunLayer(0, counts);
  };
  const torch::Tensor by_default = first_layer("resnet18-log");
  EXPECT_TRUE(torch::equal(by_default, first_layer("resnet18-log0.2")));
  EXPECT_TRUE(torch::allclose(by_default * 5, first_layer("resnet18-log1")));
}

TEST(NetworkTableTest, WithoutLogarithmCountsAreDividedBy65535) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor counts = SomeCounts(1, kSize);
  const std::shared_ptr<Network> network = CreateNetwork("resnet18").value();
  const torch::Tensor stem = network->named_parameters()["stem.weight"];
  const torch::Tensor expected = torch::max_pool2d(
      torch::conv2d(counts / 65535, stem, /*bias=*/{}, /*stride=*/2, /*padding=*/3),
      /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  EXPECT_TRUE(torch::allclose(network->RunLayer(0, counts), expected, 1e-4, 1e-6));
}

TEST(NetworkTableTest, RefusesImagesOfOtherSizes) {
  const torch::NoGradGuard no_grad;
  const std::shared_ptr<Network> network = CreateNetwork("resnet18").value();
  for (const int64_t size : {24, 60, 225}) {
    EXPECT_THROW(network->forward(SomeCounts(1, size)), c10::Error) << size;
  }
}

}  // namespace
}  // namespace airy::model
