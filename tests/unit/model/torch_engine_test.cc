#include "model/torch_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "model/checkpoint.h"
#include "model/device.h"
#include "model/nets/head.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "preprocess/frame/image.h"
#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

constexpr int kImages = 3;

// One network and its checkpoint for all tests: neither changes.
class TorchEngineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    torch::manual_seed(2);
    network_ = CreateNetwork("resnet18-log").value();
    network_->eval();
    checkpoint_.info.architecture = "resnet18-log";
    checkpoint_.info.version = "3";
    checkpoint_.info.thresholds.assign(kClassCount, 0.25F);
    checkpoint_.info.input_mean_p01 = 1;
    checkpoint_.info.input_mean_p99 = 100;
    checkpoint_.weights = StoreWeights(*network_, TensorType::kF32);
    EXPECT_OK(WriteCheckpoint(folder_->File("net.safetensors"), checkpoint_));
  }
  static void TearDownTestSuite() {
    delete folder_;
    network_.reset();
    checkpoint_ = {};
  }

  TorchEngineTest() {
    options_.checkpoint = folder_->File("net.safetensors");
    options_.device = "cpu";
    options_.max_batch = kImages;
    std::mt19937 random(9);
    std::exponential_distribution<float> counts(0.1F);
    for (int i = 0; i < kImages; ++i) {
      images_.emplace_back(size_t{kInputSize} * kInputSize);
      for (float& pixel : images_.back()) pixel = counts(random);
      pointers_.push_back(images_.back().data());
    }
  }

  std::unique_ptr<Engine> Create(Dtype dtype) {
    options_.dtype = dtype;
    return CreateTorchEngine(options_).value();
  }

  std::vector<ClassProbabilities> RunOn(Engine* engine, size_t first, size_t count) {
    std::vector<ClassProbabilities> probabilities(count);
    EXPECT_OK(engine->Run(std::span(pointers_).subspan(first, count), probabilities));
    return probabilities;
  }

  static void ExpectNear(const ClassProbabilities& a, const ClassProbabilities& b,
                         float tolerance) {
    for (size_t c = 0; c < kClassCount; ++c) EXPECT_NEAR(a[c], b[c], tolerance) << c;
  }

  // A batch of n answers what n single images answer, whatever the position.
  void ExpectBatchEqualsSingles(Dtype dtype, float tolerance) {
    const auto engine = Create(dtype);
    const auto batch = RunOn(engine.get(), 0, kImages);
    for (size_t i = 0; i < kImages; ++i) {
      ExpectNear(batch[i], RunOn(engine.get(), i, 1)[0], tolerance);
    }
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline std::shared_ptr<Network> network_;
  static inline Checkpoint checkpoint_;
  TorchEngineOptions options_;
  std::vector<std::vector<float>> images_;
  std::vector<const float*> pointers_;
};

TEST_F(TorchEngineTest, AnswersWhatTheNetworkAnswers) {
  const auto engine = Create(Dtype::kFp32);
  const auto probabilities = RunOn(engine.get(), 0, 1);
  const torch::NoGradGuard no_grad;
  const torch::Tensor expected = torch::sigmoid(network_->forward(
      torch::from_blob(images_[0].data(), {1, 1, kInputSize, kInputSize})));
  for (int c = 0; c < kClassCount; ++c) {
    EXPECT_NEAR(probabilities[0][static_cast<size_t>(c)], expected[0][c].item<float>(),
                1e-5);
  }
}

TEST_F(TorchEngineTest, AveragesImagesDownToTheSizeTheModelWasTrainedOn) {
  Checkpoint smaller = checkpoint_;
  smaller.info.input_size = 56;
  options_.checkpoint = folder_->File("smaller.safetensors");
  ASSERT_OK(WriteCheckpoint(options_.checkpoint, smaller));
  const auto engine = Create(Dtype::kFp32);
  EXPECT_EQ(engine->info().input_size, 56);
  const auto probabilities = RunOn(engine.get(), 0, 1);
  torch::Tensor image = torch::zeros({1, 1, 56, 56});
  for (int64_t i = 0; i < 224 * 224; ++i) {
    image[0][0][i / 224 / 4][i % 224 / 4] += images_[0][static_cast<size_t>(i)] / 16;
  }
  const torch::NoGradGuard no_grad;
  const torch::Tensor expected = torch::sigmoid(network_->forward(image));
  for (int c = 0; c < kClassCount; ++c) {
    EXPECT_NEAR(probabilities[0][static_cast<size_t>(c)], expected[0][c].item<float>(),
                1e-5);
  }
}

TEST_F(TorchEngineTest, BatchEqualsSinglesInFp32) {
  ExpectBatchEqualsSingles(Dtype::kFp32, 1e-4F);
}

TEST_F(TorchEngineTest, BatchEqualsSinglesInBf16) {
  if (!RunsBf16(torch::kCPU)) GTEST_SKIP() << "this processor lacks AVX-512";
  ExpectBatchEqualsSingles(Dtype::kBf16, 0.02F);
}

TEST_F(TorchEngineTest, AutoStaysCloseToFp32AndSaysWhatItChose) {
  const auto reference = Create(Dtype::kFp32);
  const auto engine = Create(Dtype::kAuto);
  ASSERT_OK(engine->WarmUp());
  const auto expected = RunOn(reference.get(), 0, kImages);
  const auto actual = RunOn(engine.get(), 0, kImages);
  for (size_t i = 0; i < kImages; ++i) ExpectNear(actual[i], expected[i], 0.03F);
  EXPECT_TRUE(engine->info().dtype == "fp32" || engine->info().dtype == "bf16");
  EXPECT_TRUE(engine->info().memory_format == "nchw" ||
              engine->info().memory_format == "channels_last");
}

TEST_F(TorchEngineTest, KeepsTheChosenDtypeThroughWarmUp) {
  for (const auto& [dtype, name] :
       {std::pair(Dtype::kFp32, "fp32"), std::pair(Dtype::kBf16, "bf16")}) {
    if (dtype == Dtype::kBf16 && !RunsBf16(torch::kCPU)) continue;
    const auto engine = Create(dtype);
    ASSERT_OK(engine->WarmUp());
    EXPECT_EQ(engine->info().dtype, name);
  }
}

TEST_F(TorchEngineTest, RefusesBf16WhereTheProcessorLacksIt) {
  options_.dtype = Dtype::kBf16;
  const auto engine = CreateTorchEngine(options_);
  ASSERT_EQ(engine.ok(), RunsBf16(torch::kCPU));
  if (engine.ok()) return;
  EXPECT_EQ(engine.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(engine.status().message().find("AVX-512"), std::string::npos);
}

TEST_F(TorchEngineTest, TellsWhatTheCheckpointSays) {
  const auto engine = Create(Dtype::kFp32);
  const ModelInfo& info = engine->info();
  EXPECT_EQ(info.name, "net");
  EXPECT_EQ(info.version, "3");
  EXPECT_EQ(info.architecture, "resnet18-log");
  EXPECT_EQ(info.device, "cpu");
  EXPECT_EQ(info.sha256, ReadSafetensors(options_.checkpoint)->sha256);
  EXPECT_TRUE(std::ranges::equal(info.thresholds, checkpoint_.info.thresholds));
  EXPECT_EQ(info.input_mean_p99, 100);
  EXPECT_EQ(engine->max_batch(), kImages);
}

TEST_F(TorchEngineTest, RefusesWhatItCannotServe) {
  TorchEngineOptions options = options_;
  options.checkpoint = folder_->File("missing.safetensors");
  EXPECT_STATUS(StatusCode::kNotFound, CreateTorchEngine(options));
  for (const int max_batch : {0, -1, 513}) {
    options = options_;
    options.max_batch = max_batch;
    EXPECT_STATUS(StatusCode::kInvalidArgument, CreateTorchEngine(options));
  }
  for (const char* device :
       {"", "gpu", "cuda", "cuda:", "cuda:99", "cuda:-1", "cuda:0x"}) {
    options = options_;
    options.device = device;
    SCOPED_TRACE(device);
    EXPECT_STATUS(StatusCode::kInvalidArgument, CreateTorchEngine(options));
  }
}

TEST_F(TorchEngineTest, RefusesAnotherArchitectureAndOtherShapes) {
  options_.checkpoint = folder_->File("other.safetensors");
  Checkpoint other;
  other.info = checkpoint_.info;
  ASSERT_OK(WriteCheckpoint(options_.checkpoint, other));
  const auto empty = CreateTorchEngine(options_);
  EXPECT_STATUS(StatusCode::kInvalidArgument, empty);
  EXPECT_NE(empty.status().message().find("is missing"), std::string::npos);
  other.info.architecture = "alexnet";
  ASSERT_OK(WriteCheckpoint(options_.checkpoint, other));
  const auto unknown = CreateTorchEngine(options_);
  EXPECT_STATUS(StatusCode::kInvalidArgument, unknown);
  EXPECT_NE(unknown.status().message().find("alexnet"), std::string::npos);
}

TEST_F(TorchEngineTest, RefusesOtherClassesAndNamesBothLists) {
  options_.checkpoint = folder_->File("other.safetensors");
  Checkpoint other;
  other.info = checkpoint_.info;
  other.info.classes = {"cat", "dog"};
  other.info.thresholds = {0.5F, 0.5F};
  ASSERT_OK(WriteCheckpoint(options_.checkpoint, other));
  const Status status = CreateTorchEngine(options_).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("'cat,dog'"), std::string::npos);
  EXPECT_NE(status.message().find("'spherical_oblate,round,"), std::string::npos);
}

TEST_F(TorchEngineTest, AnswersThroughTheHeadThatTheCheckpointNames) {
  options_.checkpoint = folder_->File("structured.safetensors");
  Checkpoint structured = checkpoint_;
  structured.info.head = Head::kStructured;
  ASSERT_OK(WriteCheckpoint(options_.checkpoint, structured));
  const auto probabilities = RunOn(Create(Dtype::kFp32).get(), 0, 1)[0];
  const torch::NoGradGuard no_grad;
  const torch::Tensor expected = Probabilities(
      Head::kStructured, network_->forward(torch::from_blob(
                             images_[0].data(), {1, 1, kInputSize, kInputSize})));
  for (int c = 0; c < kClassCount; ++c) {
    EXPECT_NEAR(probabilities[static_cast<size_t>(c)], expected[0][c].item<float>(),
                1e-5);
  }
  EXPECT_FLOAT_EQ(probabilities[kSphericalOblate],
                  probabilities[kRound] + probabilities[kElliptical]);
}

}  // namespace
}  // namespace airy::model
