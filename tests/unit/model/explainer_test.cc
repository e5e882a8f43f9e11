#include "model/explainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/torch_engine.h"
#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

class ExplainerTest : public ::testing::Test {
 protected:
  ExplainerTest() {
    torch::manual_seed(41);
    const auto network = CreateNetwork("resnet18-log").value();
    Checkpoint checkpoint;
    checkpoint.info.architecture = "resnet18-log";
    checkpoint.info.version = "3";
    std::ranges::fill(checkpoint.info.thresholds, 0.5F);
    checkpoint.info.input_size = 112;
    checkpoint.info.input_mean_p01 = 1;
    checkpoint.info.input_mean_p99 = 100;
    checkpoint.weights = StoreWeights(*network, TensorType::kF32);
    options_.checkpoint = folder_.File("net.safetensors");
    options_.device = "cpu";
    EXPECT_OK(WriteCheckpoint(options_.checkpoint, checkpoint));
    std::mt19937 random(9);
    std::exponential_distribution<float> counts(0.1F);
    for (int i = 0; i < 2; ++i) {
      Image& image = images_.emplace_back(kInputSize, kInputSize);
      for (float& pixel : image.pixels()) pixel = counts(random);
      pointers_.push_back(image.pixels().data());
    }
  }

  TemporaryFolder folder_;
  ExplainerOptions options_;
  std::vector<Image> images_;
  std::vector<const float*> pointers_;
};

TEST_F(ExplainerTest, GivesTheClassesAskedForInTheirOrder) {
  const auto explainer = Explainer::Create(options_).value();
  const std::vector<int> classes = {kBent, kRound};
  const auto explanations = explainer->Explain(pointers_, classes).value();
  ASSERT_EQ(explanations.size(), 2U);
  for (const Explanation& explanation : explanations) {
    ASSERT_EQ(explanation.maps.size(), 2U);
    EXPECT_EQ(explanation.maps[0].class_index, kBent);
    EXPECT_EQ(explanation.maps[1].class_index, kRound);
    for (const ClassMap& map : explanation.maps) {
      EXPECT_EQ(map.raw.rows(), 4);
      EXPECT_EQ(map.map.rows(), kInputSize);
      const float largest = std::ranges::max(map.map.pixels());
      EXPECT_TRUE(largest == 1 || largest == 0) << largest;
    }
  }
}

TEST_F(ExplainerTest, WithoutClassesGivesThoseAtOrAboveTheirThresholds) {
  const auto explainer = Explainer::Create(options_).value();
  const auto explanations = explainer->Explain(pointers_, {}).value();
  int64_t maps = 0;
  for (const Explanation& explanation : explanations) {
    std::vector<int> expected, found;
    for (int k = 0; k < kClassCount; ++k) {
      if (explanation.probabilities[static_cast<size_t>(k)] >= 0.5F) {
        expected.push_back(k);
      }
    }
    for (const ClassMap& map : explanation.maps) found.push_back(map.class_index);
    EXPECT_EQ(found, expected);
    maps += std::ssize(found);
  }
  EXPECT_GT(maps, 0);
  EXPECT_LT(maps, 2 * kClassCount);
}

TEST_F(ExplainerTest, SaysTheProbabilitiesThatTheEngineSays) {
  const auto explanations =
      Explainer::Create(options_).value()->Explain(pointers_, {}).value();
  TorchEngineOptions engine_options;
  engine_options.checkpoint = options_.checkpoint;
  engine_options.device = "cpu";
  engine_options.dtype = Dtype::kFp32;
  const auto engine = CreateTorchEngine(engine_options).value();
  std::vector<ClassProbabilities> expected(2);
  ASSERT_OK(engine->Run(pointers_, expected));
  for (size_t i = 0; i < 2; ++i) {
    for (size_t k = 0; k < kClassCount; ++k) {
      EXPECT_NEAR(explanations[i].probabilities[k], expected[i][k], 1e-4);
    }
  }
}

TEST_F(ExplainerTest, LooksAtAnInnerLayerByName) {
  options_.cam.layer = "stage2_block1";
  const auto explainer = Explainer::Create(options_).value();
  const std::vector<int> classes = {kStreak};
  const auto explanations = explainer->Explain(pointers_, classes).value();
  EXPECT_EQ(explanations[1].maps[0].raw.rows(), 14);
}

TEST_F(ExplainerTest, RefusesWhatIsNotThere) {
  const std::vector<int> classes = {kClassCount};
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                Explainer::Create(options_).value()->Explain(pointers_, classes));
  options_.cam.layer = "stage5";
  EXPECT_STATUS(StatusCode::kInvalidArgument, Explainer::Create(options_));
  options_.checkpoint = folder_.File("none.safetensors");
  EXPECT_STATUS(StatusCode::kNotFound, Explainer::Create(options_));
}

}  // namespace
}  // namespace airy::model
