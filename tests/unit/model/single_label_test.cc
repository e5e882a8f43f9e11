// Networks of four classes that exclude each other, from a set to a checkpoint.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/classifier.h"
#include "model/dataset.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/scoring.h"
#include "model/torch_engine.h"
#include "model/trainer.h"
#include "tests/testing/status.h"
#include "tests/unit/model/rings_and_bands.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

using ::testing::HasSubstr;

const ClassList kFour = {"rings", "upright", "level", "spot"};

// Shapes that differ, each a little elsewhere every time.
Dataset FourShapes(int count, const ClassList& classes = kFour) {
  Dataset dataset("four shapes", classes);
  for (int i = 0; i < count; ++i) {
    std::vector<float> pixels;
    for (int row = 0; row < kInputSize; ++row) {
      for (int col = 0; col < kInputSize; ++col) {
        const double x = col - 112 + i % 5, y = row - 112 - i % 7;
        const double counts[] = {
            50 * (1 + std::cos(std::hypot(x, y) / 6)), 100 * std::exp(-x * x / 400),
            100 * std::exp(-y * y / 400), 300 * std::exp(-(x * x + y * y) / 900)};
        pixels.push_back(static_cast<float>(counts[i % 4]));
      }
    }
    std::vector<uint8_t> labels(4);
    labels[static_cast<size_t>(i % 4)] = 1;
    EXPECT_OK(dataset.Add(pixels, labels));
  }
  return dataset;
}

TrainerOptions Softmax(int epochs) {
  TrainerOptions options = SmallOptions(epochs);
  options.head = Head::kSoftmax;
  options.allow_missing_classes = false;
  options.augmentation = {};
  return options;
}

TEST(SingleLabelTest, ASetOfFourClassesSurvivesAFile) {
  const TemporaryFolder folder;
  const Dataset dataset = FourShapes(5);
  ASSERT_OK(WriteDataset(folder.File("four.safetensors"), dataset));
  const auto read = ReadDataset(folder.File("four.safetensors"));
  ASSERT_OK(read);
  EXPECT_EQ(read->classes(), kFour);
  ASSERT_EQ(read->labels().classes(), 4U);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(std::ranges::equal(read->labels()[i], dataset.labels()[i])) << i;
  }
}

TEST(SingleLabelTest, LearnsFourShapesAndAnswersWithTheMostProbable) {
  const Dataset dataset = FourShapes(40);
  const TemporaryFolder folder;
  TrainerOptions options = Softmax(8);
  options.average_decay = 0.5;
  options.checkpoint_path = folder.File("four.safetensors");
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(outcome);
  EXPECT_EQ(outcome->validation->model.MacroF1(), 1);
  EXPECT_EQ(outcome->validation->constant.classes.size(), 4U);
  EXPECT_TRUE(outcome->thresholds.empty());

  const Checkpoint checkpoint = ReadCheckpoint(options.checkpoint_path).value();
  EXPECT_EQ(checkpoint.info.classes, kFour);
  EXPECT_EQ(checkpoint.info.head, Head::kSoftmax);
  EXPECT_EQ(checkpoint.info.thresholds, EqualThresholds(0.5F, 4));
  EXPECT_TRUE(checkpoint.info.answer_thresholds().empty());
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                CreateTorchEngine({.checkpoint = options.checkpoint_path}));

  // What measures it says the same as the network it was made from.
  const auto classifier = Classifier::Create(options.checkpoint_path, "cpu").value();
  EXPECT_EQ(classifier->device(), "cpu");
  ProbabilityTable measured(4);
  std::vector<float> pixels(size_t{kInputSize} * kInputSize);
  const float* const images[] = {pixels.data()};
  for (int64_t i = 0; i < 4; ++i) {
    ASSERT_OK(dataset.Read(i, pixels));
    ASSERT_OK(classifier->Run(images, &measured));
  }
  const auto network = CreateNetwork(checkpoint.info.architecture, 4).value();
  ASSERT_OK(LoadWeights(checkpoint.weights, network.get()));
  const BatchMaker batches =
      BatchMaker::Create(&dataset, {}, {}, /*seed=*/1, torch::kCPU).value();
  const std::vector<int64_t> indices = {0, 1, 2, 3};
  const Outputs outputs = RunOn(batches, indices, 56, /*batch=*/4, network.get()).value();
  const ProbabilityTable expected = ToProbabilities(Head::kSoftmax, outputs.logits);
  for (size_t i = 0; i < 4; ++i) {
    for (size_t c = 0; c < 4; ++c) EXPECT_NEAR(measured[i][c], expected[i][c], 1e-4);
  }
  EXPECT_EQ(Measure(measured, ToLabels(outputs.labels), {}).MacroF1(), 1);

  // Another list of classes starts from its weights, but for the last layer.
  const Dataset others = FourShapes(20, {"a", "b", "c", "d"});
  TrainerOptions tuned = Softmax(1);
  tuned.init = options.checkpoint_path;
  EXPECT_OK(Trainer::Create(tuned, &others));
}

TEST(SingleLabelTest, RefusesASetThatASoftmaxCannotLearn) {
  Dataset dataset = FourShapes(20);
  const std::vector<float> pixels(size_t{kInputSize} * kInputSize, 1.0F);
  ASSERT_OK(dataset.Add(pixels, std::vector<uint8_t>{0, 1, 0, 1}));
  const auto two = Trainer::Create(Softmax(1), &dataset);
  EXPECT_STATUS(StatusCode::kInvalidArgument, two);
  EXPECT_EQ(two.status().message(),
            "a softmax needs exactly one class per image; image 20 had 2: upright+spot");
  // Other heads may learn it; the structured one has classes of its own.
  TrainerOptions options = Softmax(1);
  options.head = Head::kSigmoid;
  EXPECT_OK(Trainer::Create(options, &dataset));
  options.head = Head::kStructured;
  const auto structured = Trainer::Create(options, &dataset);
  EXPECT_STATUS(StatusCode::kInvalidArgument, structured);
  EXPECT_THAT(structured.status().message(),
              HasSubstr("head structured is for the classes 'spherical_oblate,round,"));
  EXPECT_THAT(structured.status().message(),
              HasSubstr("the set has 'rings,upright,level,spot'"));

  Dataset three("three", kFour);
  for (int i = 0; i < 20; ++i) {
    std::vector<uint8_t> labels(4);
    labels[static_cast<size_t>(i % 3)] = 1;
    ASSERT_OK(three.Add(pixels, labels));
  }
  const auto missing = Trainer::Create(Softmax(1), &three);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, missing);
  EXPECT_THAT(missing.status().message(), HasSubstr("class 'spot' has no positives"));
}

}  // namespace
}  // namespace airy::model
