#include "model/last_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/checkpoint.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

constexpr const char kArchitecture[] = "resnet18-log";

std::shared_ptr<Network> Seeded(int seed) {
  torch::manual_seed(static_cast<uint64_t>(seed));
  auto network = CreateNetwork(kArchitecture).value();
  network->eval();
  return network;
}

Checkpoint Stored(const Network& network) {
  Checkpoint checkpoint;
  checkpoint.info.architecture = kArchitecture;
  checkpoint.weights = StoreWeights(network, TensorType::kF32);
  return checkpoint;
}

bool Same(const Network& a, const Network& b, const std::string& name) {
  return a.named_parameters()[name].equal(b.named_parameters()[name]);
}

TEST(LastLayerTest, ATemperatureDividesAllLogits) {
  const auto network = Seeded(1);
  auto tensors = StoreWeights(*network, TensorType::kF32);
  FoldTemperature(2.5, *network, &tensors);
  const auto folded = Seeded(2);
  ASSERT_OK(LoadWeights(tensors, folded.get()));
  const torch::NoGradGuard no_grad;
  const torch::Tensor counts = torch::rand({2, 1, 32, 32}) * 20;
  EXPECT_TRUE(
      folded->forward(counts).allclose(network->forward(counts) / 2.5, 1e-4, 1e-5));
}

TEST(LastLayerTest, StartsFromAllWeightsOfACheckpointOfItsKind) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  const auto source = Seeded(1);
  ASSERT_OK(WriteCheckpoint(path, Stored(*source)));
  const auto network = Seeded(2);
  ASSERT_OK(StartFrom(path, {kArchitecture, {}, Head::kSigmoid}, network.get()));
  EXPECT_TRUE(Same(*network, *source, "stem.weight"));
  EXPECT_TRUE(Same(*network, *source, "fc.weight"));
}

TEST(LastLayerTest, KeepsItsOwnLastLayerForOtherClassesOrAnotherHead) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  const auto source = Seeded(1);
  const auto start = [&](const Checkpoint& file, Head head) {
    EXPECT_OK(WriteCheckpoint(path, file));
    const auto network = Seeded(2);
    EXPECT_OK(StartFrom(path, {kArchitecture, {}, head}, network.get()));
    EXPECT_TRUE(Same(*network, *source, "stem.weight"));
    EXPECT_TRUE(Same(*network, *Seeded(2), "fc.weight"));
    EXPECT_TRUE(Same(*network, *Seeded(2), "fc.bias"));
  };
  start(Stored(*source), Head::kStructured);
  Checkpoint four = Stored(*source);
  four.info.classes = {"a", "b", "c", "d"};
  four.info.thresholds = std::vector<float>(4);
  for (StoredTensor& tensor : four.weights) {
    if (tensor.name == "fc.weight") {
      tensor = StoreTensor(tensor.name, torch::zeros({4, 512}), TensorType::kF32);
    }
    if (tensor.name == "fc.bias") {
      tensor = StoreTensor(tensor.name, torch::zeros(4), TensorType::kF32);
    }
  }
  start(four, Head::kSigmoid);
}

TEST(LastLayerTest, RefusesAnotherArchitecture) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  const auto network = Seeded(1);
  Checkpoint file = Stored(*network);
  file.info.architecture = "resnet50-log";
  ASSERT_OK(WriteCheckpoint(path, file));
  const Status status =
      StartFrom(path, {kArchitecture, {}, Head::kSigmoid}, network.get()).status();
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_EQ(status.message(),
            path +
                " must be of architecture 'resnet18-log' to start from; "
                "was 'resnet50-log'");
}

TEST(LastLayerTest, RefusesWhatSeesSomethingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  const auto network = Seeded(1);
  ASSERT_OK(WriteCheckpoint(path, Stored(*network)));
  const Status status =
      StartFrom(path, {kArchitecture, transform::CcfOptions{}, Head::kSigmoid},
                network.get())
          .status();
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_THAT(status.message(), ::testing::HasSubstr("must see ccf (order 8"));
}

}  // namespace
}  // namespace airy::model
