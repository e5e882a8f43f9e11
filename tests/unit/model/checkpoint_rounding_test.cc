#include "model/checkpoint_rounding.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"
#include "tests/unit/model/used_network.h"

namespace airy::model {
namespace {

Checkpoint UsedCheckpoint() {
  Checkpoint checkpoint;
  checkpoint.info.architecture = "resnet18-log";
  checkpoint.info.recipe = "recipe modern";
  checkpoint.weights = StoreWeights(*UsedResNet18(3), TensorType::kF16);
  return checkpoint;
}

TEST(CheckpointRoundingTest, HalvesTheFileAndMovesProbabilitiesLittle) {
  const TemporaryFolder folder;
  Checkpoint checkpoint = UsedCheckpoint();
  ASSERT_OK(WriteCheckpoint(folder.File("f16.safetensors"), checkpoint));
  ASSERT_OK(RoundToInt8(&checkpoint));
  ASSERT_OK(WriteCheckpoint(folder.File("i8.safetensors"), checkpoint));
  EXPECT_LT(
      static_cast<double>(std::filesystem::file_size(folder.File("i8.safetensors"))),
      0.52 * static_cast<double>(
                 std::filesystem::file_size(folder.File("f16.safetensors"))));

  const Checkpoint read = ReadCheckpoint(folder.File("i8.safetensors")).value();
  EXPECT_EQ(read.info.recipe, "recipe modern weights int8");
  const auto rounded = UsedResNet18(4);
  ASSERT_OK(LoadWeights(read.weights, rounded.get()));
  const auto exact = UsedResNet18(3);
  const torch::NoGradGuard no_grad;
  const torch::Tensor counts = torch::rand({4, 1, 64, 64}) * 20;
  EXPECT_LT(
      (torch::sigmoid(rounded->forward(counts)) - torch::sigmoid(exact->forward(counts)))
          .abs()
          .max()
          .item<double>(),
      0.05);
}

TEST(CheckpointRoundingTest, StaysWithinHalfAStepOfEveryWeight) {
  const auto exact = UsedResNet18(3);
  const auto rounded = UsedResNet18(4);
  ASSERT_OK(LoadWeights(StoreWeights(*exact, TensorType::kI8), rounded.get()));
  for (const auto& [name, tensor] : NamedState(*exact)) {
    if (tensor.dim() < 2) continue;
    const torch::Tensor rows = tensor.flatten(1);
    const torch::Tensor step =
        torch::maximum(rows.std(1, /*unbiased=*/false) / 8, rows.abs().amax(1) / 127);
    const torch::Tensor error =
        (rounded->named_parameters()[name].flatten(1) - rows).abs().amax(1);
    EXPECT_TRUE((error <= 0.5001 * step).all().item<bool>()) << name;
  }
}

TEST(CheckpointRoundingTest, RefusesToRoundTwiceAndStepsThatAreMissing) {
  Checkpoint checkpoint = UsedCheckpoint();
  ASSERT_OK(RoundToInt8(&checkpoint));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, RoundToInt8(&checkpoint));
  std::erase_if(checkpoint.weights, [](const StoredTensor& stored) {
    return stored.name == "fc.weight.step";
  });
  const Status status = LoadWeights(checkpoint.weights, UsedResNet18(4).get());
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_NE(status.message().find("'fc.weight' of type I8 needs 'fc.weight.step'"),
            std::string::npos)
      << status.message();
}

}  // namespace
}  // namespace airy::model
