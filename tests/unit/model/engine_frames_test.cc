#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "model/checkpoint.h"
#include "model/frame_input.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/torch_engine.h"
#include "preprocess/frame/frame.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_map.h"
#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

// Raw frames through the engine, beside the steps of preprocessing and images.
class EngineFramesTest : public ::testing::Test {
 protected:
  static constexpr int kFrames = 5;
  static constexpr int kRows = 300;
  static constexpr int kCols = 260;
  static constexpr float kDark = 30;
  static constexpr float kTolerance = 1e-3F;

  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    torch::manual_seed(2);
    Checkpoint checkpoint;
    checkpoint.info.architecture = "resnet18-log";
    checkpoint.info.version = "3";
    checkpoint.info.thresholds.assign(kClassCount, 0.25F);
    checkpoint.info.input_mean_p01 = 1;
    checkpoint.info.input_mean_p99 = 100;
    checkpoint.weights =
        StoreWeights(*CreateNetwork("resnet18-log").value(), TensorType::kF32);
    EXPECT_OK(WriteCheckpoint(folder_->File("images.safetensors"), checkpoint));
    checkpoint.info.ccf = transform::CcfOptions{};
    EXPECT_OK(WriteCheckpoint(folder_->File("maps.safetensors"), checkpoint));
  }
  static void TearDownTestSuite() { delete folder_; }

  EngineFramesTest() {
    std::mt19937 random(5);
    std::exponential_distribution<float> counts(0.02F);
    for (int i = 0; i < kFrames; ++i) {
      for (uint16_t& count : frames_.emplace_back(size_t{kRows} * kCols)) {
        count = static_cast<uint16_t>(counts(random));
      }
      frames_.back()[1000] = 65000;  // beyond 15 bits
    }
    options_.checkpoint = folder_->File("images.safetensors");
    options_.device = "cpu";
    options_.dtype = Dtype::kFp32;
    options_.max_batch = kFrames;
    // What a detector's mask is for.
    for (auto& frame : frames_)
      std::fill_n(frame.begin() + 130 * kCols, 20 * kCols, 9000);
    FrameOptions& frames = options_.frames.emplace();
    frames.rows = kRows;
    frames.cols = kCols;
    frames.rescale.centre_row = 140;
    frames.counts_scale = 0.5F;
    frames.mask.assign(frames_[0].size(), 1);
    frames.dark.assign(frames_[0].size(), kDark);
    for (int row = 130; row < 150; ++row) {  // a gap between modules
      std::fill_n(frames.mask.begin() + row * kCols, kCols, uint8_t{0});
    }
    frames.dark[140 * kCols] = std::numeric_limits<float>::quiet_NaN();
  }

  std::vector<ClassProbabilities> OfFrames(Engine* engine, size_t count) {
    std::vector<const uint16_t*> frames;
    for (size_t i = 0; i < count; ++i) frames.push_back(frames_[i].data());
    std::vector<ClassProbabilities> probabilities(count);
    EXPECT_OK(engine->RunFrames(frames, probabilities));
    return probabilities;
  }

  // By Rescaler, CcfMapper and Run.
  std::vector<ClassProbabilities> OfImages(Engine* engine, size_t count) {
    const FrameOptions& frames = *options_.frames;
    auto rescaler = transform::Rescaler::Create(kRows, kCols, frames.rescale, frames.mask,
                                                frames.dark)
                        .value();
    std::vector<Image> images(count);
    std::vector<const float*> pointers;
    for (size_t i = 0; i < count; ++i) {
      rescaler->Apply(DenseView(frames_[i].data(), PixelType::kUint16, kRows, kCols),
                      frames.counts_scale, &images[i]);
      if (engine->info().ccf) {
        const auto mapper =
            transform::CcfMapper::Create(kInputSize, kInputSize, *engine->info().ccf,
                                         rescaler->Measured())
                .value();
        transform::CcfMapper::Workspace workspace(*mapper);
        Image map;
        mapper->Apply(images[i], &workspace, &map);
        images[i] = std::move(map);
      }
      pointers.push_back(images[i].pixels().data());
    }
    std::vector<ClassProbabilities> probabilities(count);
    EXPECT_OK(engine->Run(pointers, probabilities));
    return probabilities;
  }

  static float Distance(const std::vector<ClassProbabilities>& a,
                        const std::vector<ClassProbabilities>& b) {
    float farthest = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t c = 0; c < kClassCount; ++c) {
        farthest = std::max(farthest, std::abs(a[i][c] - b[i][c]));
      }
    }
    return farthest;
  }

  static void ExpectNear(const std::vector<ClassProbabilities>& actual,
                         const std::vector<ClassProbabilities>& expected,
                         float tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      for (size_t c = 0; c < kClassCount; ++c) {
        EXPECT_NEAR(actual[i][c], expected[i][c], tolerance) << i << ", class " << c;
      }
    }
  }

  static inline TemporaryFolder* folder_ = nullptr;
  std::vector<std::vector<uint16_t>> frames_;
  TorchEngineOptions options_;
};

TEST_F(EngineFramesTest, AnswersWhatItAnswersToTheRescaledImages) {
  const auto engine = CreateTorchEngine(options_).value();
  const auto answers = OfFrames(engine.get(), kFrames);
  ExpectNear(answers, OfImages(engine.get(), kFrames), kTolerance);
  ExpectNear(OfFrames(engine.get(), 1), OfImages(engine.get(), 1), kTolerance);
  // The network notices every step.
  const FrameOptions right = *options_.frames;
  options_.frames->counts_scale = 1;
  EXPECT_GT(Distance(answers, OfImages(engine.get(), kFrames)), 2 * kTolerance);
  options_.frames = right;
  options_.frames->dark.clear();
  EXPECT_GT(Distance(answers, OfImages(engine.get(), kFrames)), 2 * kTolerance);
  options_.frames = right;
  options_.frames->mask.assign(options_.frames->mask.size(), 1);
  options_.frames->dark.assign(options_.frames->mask.size(), kDark);
  EXPECT_GT(Distance(answers, OfImages(engine.get(), kFrames)), 2 * kTolerance);
}

TEST_F(EngineFramesTest, MapsFramesForANetworkOfMaps) {
  options_.checkpoint = folder_->File("maps.safetensors");
  const auto engine = CreateTorchEngine(options_).value();
  ExpectNear(OfFrames(engine.get(), kFrames), OfImages(engine.get(), kFrames),
             kTolerance);
}

TEST_F(EngineFramesTest, WarmsUpForFramesToo) {
  options_.max_batch = 2;
  const auto engine = CreateTorchEngine(options_).value();
  ASSERT_OK(engine->WarmUp());
  ExpectNear(OfFrames(engine.get(), 2), OfImages(engine.get(), 2), kTolerance);
}

TEST_F(EngineFramesTest, RefusesFramesWhoseShapeItWasNotTold) {
  options_.frames.reset();
  const auto engine = CreateTorchEngine(options_).value();
  const std::vector<const uint16_t*> frames = {frames_[0].data()};
  std::vector<ClassProbabilities> probabilities(1);
  EXPECT_STATUS(StatusCode::kFailedPrecondition,
                engine->RunFrames(frames, probabilities));
}

TEST_F(EngineFramesTest, RefusesFrameOptionsOutOfRange) {
  const auto expect_refusal = [this](const std::string& words, auto&& change) {
    FrameOptions frames = *options_.frames;
    change(&frames);
    const Status status = FrameInput::Create(frames, {}, torch::kCPU).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
  };
  expect_refusal("output_size",
                 [](FrameOptions* frames) { frames->rescale.output_size = 112; });
  expect_refusal("counts_scale", [](FrameOptions* frames) { frames->counts_scale = 0; });
  expect_refusal("mask", [](FrameOptions* frames) { frames->mask.pop_back(); });
  expect_refusal("centre_row",
                 [](FrameOptions* frames) { frames->rescale.centre_row = kRows; });
}

// With graphs and without, single, in batches that are filled up, and in chunks.
TEST_F(EngineFramesTest, AnswersOnAGpuWhatItAnswersOnTheCpu) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "there is no GPU here";
  for (const char* file : {"images.safetensors", "maps.safetensors"}) {
    options_.checkpoint = folder_->File(file);
    options_.device = "cpu";
    options_.dtype = Dtype::kFp32;
    const auto reference = CreateTorchEngine(options_).value();
    const auto expected = OfImages(reference.get(), kFrames);
    options_.device = "cuda:0";
    for (const Dtype dtype : {Dtype::kFp32, Dtype::kBf16, Dtype::kAuto}) {
      for (const bool graphs : {false, true}) {
        SCOPED_TRACE(std::string(file) + (graphs ? " with graphs" : " without graphs"));
        options_.dtype = dtype;
        options_.cuda_graphs = graphs;
        const auto engine = CreateTorchEngine(options_).value();
        ASSERT_OK(engine->WarmUp());
        const float tolerance = dtype == Dtype::kFp32 ? kTolerance : 0.03F;
        for (const size_t count : {size_t{1}, size_t{3}, size_t{kFrames}}) {
          const std::vector<ClassProbabilities> first(
              expected.begin(), expected.begin() + static_cast<ptrdiff_t>(count));
          ExpectNear(OfFrames(engine.get(), count), first, tolerance);
          ExpectNear(OfImages(engine.get(), count), first, tolerance);
        }
      }
    }
  }
}

TEST_F(EngineFramesTest, CutsALongBatchIntoChunksOnAGpu) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "there is no GPU here";
  constexpr size_t kMany = 300;
  options_.device = "cuda:0";
  options_.max_batch = kMany;
  const auto engine = CreateTorchEngine(options_).value();
  ASSERT_OK(engine->WarmUp());
  const auto expected = OfFrames(engine.get(), kFrames);
  std::vector<const uint16_t*> frames;
  for (size_t i = 0; i < kMany; ++i) frames.push_back(frames_[i % kFrames].data());
  std::vector<ClassProbabilities> probabilities(kMany);
  for (int repeat = 0; repeat < 3; ++repeat) {
    ASSERT_OK(engine->RunFrames(frames, probabilities));
    for (size_t i = 0; i < kMany; ++i) {
      ExpectNear({probabilities[i]}, {expected[i % kFrames]}, kTolerance);
    }
  }
}

}  // namespace
}  // namespace airy::model
