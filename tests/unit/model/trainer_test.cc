#include "model/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/scoring.h"
#include "model/torch_engine.h"
#include "model/training_batch.h"
#include "tests/testing/status.h"
#include "tests/unit/model/rings_and_bands.h"
#include "tests/unit/model/temporary_folder.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::model {
namespace {

TEST(TrainerTest, LearnsToTellRingsFromBands) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(6);
  options.average_decay = 0.8;
  const auto trainer = Trainer::Create(options, &dataset).value();
  std::vector<double> losses;
  const auto outcome = trainer->Fit([&losses](const TrainProgress& progress) {
    if (progress.macro_f1 >= 0) losses.push_back(progress.loss);
    return true;
  });
  ASSERT_OK(outcome);
  ASSERT_EQ(losses.size(), 6U);
  EXPECT_LT(losses.back(), losses.front() / 2);
  ASSERT_TRUE(outcome->validation && !outcome->test && !outcome->maxima);
  const PartMetrics& validation = *outcome->validation;
  EXPECT_EQ(validation.model.images, 8);
  EXPECT_GT(validation.model.MacroF1(), 0.95);
  EXPECT_GT(validation.model.MacroF1(), validation.constant.MacroF1());
  const CheckpointInfo& info = outcome->checkpoint.info;
  EXPECT_EQ(info.recipe, DescribeRecipe(options));
  EXPECT_EQ(info.data, "rings and bands sha256 " + dataset.Digest().value());
  EXPECT_GT(info.input_mean_p99, info.input_mean_p01);
  EXPECT_EQ(info.metrics.at("macro_f1"), validation.model.MacroF1());
}

TEST(TrainerTest, ATrainingOnMapsIsServedAsItWasTrained) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(8);
  options.average_decay = 0.8;
  options.shares = {.validation = 0, .test = 0.2};  // the last epoch's weights
  options.tune_thresholds = options.fit_temperature = false;
  options.ccf.emplace();
  options.ccf->order = 6;
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(outcome);
  const CheckpointInfo& info = outcome->checkpoint.info;
  EXPECT_EQ(transform::DescribeInput(info.ccf), transform::DescribeInput(options.ccf));
  EXPECT_NE(info.recipe.find("input ccf (order 6"), std::string::npos) << info.recipe;

  // The trained network on batched maps beside the engine on maps of the serving step.
  const std::shared_ptr<Network> network = CreateNetwork(info.architecture).value();
  ASSERT_OK(LoadWeights(outcome->checkpoint.weights, network.get()));
  const BatchMaker batches =
      BatchMaker::Create(&dataset, info.ccf, {}, /*seed=*/1, torch::kCPU).value();
  const std::vector<int64_t> indices = {0, 1, 2, 3};
  const Outputs outputs =
      RunOn(batches, indices, info.input_size, /*batch=*/3, network.get()).value();
  const std::vector<ClassProbabilities> trained =
      ToProbabilities(Head::kSigmoid, outputs.logits);

  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  ASSERT_OK(WriteCheckpoint(path, outcome->checkpoint));
  const auto engine =
      CreateTorchEngine({.checkpoint = path, .device = "cpu", .dtype = Dtype::kFp32})
          .value();
  EXPECT_EQ(transform::DescribeInput(engine->info().ccf),
            transform::DescribeInput(options.ccf));
  ASSERT_OK(engine->WarmUp());
  for (const int64_t index : indices) {
    Image image(kInputSize, kInputSize);
    ASSERT_OK(dataset.Read(index, image.pixels()));
    const Image map = transform::MapOf(image, *info.ccf);
    const float* const pixels[] = {map.pixels().data()};
    ClassProbabilities served;
    ASSERT_OK(engine->Run(pixels, std::span(&served, 1)));
    for (size_t c = 0; c < kClassCount; ++c) {
      EXPECT_NEAR(served[c], trained[static_cast<size_t>(index)][c], 5e-4)
          << kClassNames[c] << " of image " << index;
    }
  }
  EXPECT_GT(std::fabs(trained[0][kStreak] - trained[1][kStreak]), 0.05F)
      << "rings and bands look the same to the network";
}

TEST(TrainerTest, ReportsProgressOverTheWholeSchedule) {
  const Dataset dataset = RingsAndBands(20);
  TrainerOptions options = SmallOptions(1);
  options.schedule = {{56, 1}, {112, 1}};
  const auto trainer = Trainer::Create(options, &dataset).value();
  std::vector<TrainProgress> reports;
  ASSERT_OK(trainer->Fit([&reports](const TrainProgress& progress) {
    reports.push_back(progress);
    return true;
  }));
  ASSERT_EQ(reports.size(), 4U);  // 16 training images, two batches an epoch
  EXPECT_EQ(reports.front().size, 56);
  EXPECT_EQ(reports.back().size, 112);
  EXPECT_EQ(reports.back().step, reports.back().steps);
  EXPECT_EQ(reports.back().epoch, 2);
  EXPECT_GT(reports.front().seconds_left, 0);
  EXPECT_EQ(reports.back().seconds_left, 0);
}

TEST(TrainerTest, RefusesTheStateOfAnotherTraining) {
  const Dataset dataset = RingsAndBands(10);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(1);
  options.state_path = folder.File("model.state");
  ASSERT_OK(Trainer::Create(options, &dataset).value()->Fit(KeepGoing));
  options.seed = 2;
  EXPECT_STATUS(StatusCode::kFailedPrecondition,
                Trainer::Create(options, &dataset).value()->Fit(KeepGoing));
}

TEST(TrainerTest, StopsWhenTheLossIsNotFinite) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(20);
  options.learning_rate = 10;
  options.warmup_epochs = 0;
  options.l2 = 1;
  options.momentum = 1;
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  EXPECT_STATUS(StatusCode::kDataLoss, outcome);
  EXPECT_NE(outcome.status().message().find("finite"), std::string::npos);
}

TEST(TrainerTest, KeepsTheLastGoodCheckpointWhenTheLossIsNotFinite) {
  const Dataset dataset = RingsAndBands(40);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(20);
  options.checkpoint_path = folder.File("model.safetensors");
  // Gentle for an epoch, then off the cliff.
  options.schedule = {{56, 60}};
  options.warmup_epochs = 60;
  options.learning_rate = 10;
  options.l2 = 1;
  options.momentum = 1;
  EXPECT_STATUS(StatusCode::kDataLoss,
                Trainer::Create(options, &dataset).value()->Fit(KeepGoing));
  const auto checkpoint = ReadCheckpoint(options.checkpoint_path);
  ASSERT_OK(checkpoint);
  EXPECT_TRUE(checkpoint->info.metrics.contains("macro_f1"));
}

TEST(TrainerTest, RefusesSetsThatCannotBeLearned) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(1);
  options.allow_missing_classes = false;
  const auto missing = Trainer::Create(options, &dataset);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, missing);
  EXPECT_EQ(missing.status().message(),
            "class 'elliptical' has no positives among 32 training images (0 in the set "
            "of 40)");

  Dataset broken("broken");
  Labels labels{};
  labels[kEmpty] = labels[kStreak] = 1;
  const std::vector<float> pixels(size_t{kInputSize} * kInputSize, 1.0F);
  for (int i = 0; i < 10; ++i) {
    ASSERT_OK(broken.Add(pixels, i == 7 ? labels : Labels{}));
  }
  const auto rules = Trainer::Create(SmallOptions(1), &broken);
  EXPECT_STATUS(StatusCode::kInvalidArgument, rules);
  EXPECT_NE(rules.status().message().find("empty excludes streak"), std::string::npos)
      << rules.status().message();
}

TEST(TrainerTest, RefusesOptionsOutOfRangeByName) {
  const Dataset dataset = RingsAndBands(4);
  const auto message = [&dataset](const std::function<void(TrainerOptions*)>& change) {
    TrainerOptions options = SmallOptions(1);
    change(&options);
    const auto trainer = Trainer::Create(options, &dataset);
    EXPECT_STATUS(StatusCode::kInvalidArgument, trainer);
    return trainer.status().message();
  };
  EXPECT_EQ(message([](TrainerOptions* o) { o->batch = 0; }),
            "batch must be 1..4096; was 0");
  EXPECT_EQ(message([](TrainerOptions* o) {
              o->schedule = {{100, 1}};
            }),
            "size must be 224, 112 or 56; was 100");
  EXPECT_EQ(message([](TrainerOptions* o) { o->schedule = {}; }),
            "schedule must have at least one phase; had none");
  EXPECT_EQ(message([](TrainerOptions* o) { o->augmentation.gains.high = 0.1; }),
            "gain_high must be 0.3..1000; was 0.1");
  EXPECT_EQ(message([](TrainerOptions* o) {
              o->learning_rate = std::numeric_limits<double>::quiet_NaN();
            }),
            "learning_rate must be 1e-09..10; was nan");
  EXPECT_NE(
      message([](TrainerOptions* o) { o->architecture = "alexnet"; }).find("alexnet"),
      std::string::npos);
  EXPECT_EQ(message([](TrainerOptions* o) { o->loss.gamma_negative = 0.5; }),
            "gamma_negative must be 0 or 1..10; was 0.5");
  EXPECT_EQ(message([](TrainerOptions* o) { o->augmentation.zoom = 2; }),
            "augmentation.zoom must be 0..1; was 2");
  EXPECT_EQ(message([](TrainerOptions* o) { o->shares.validation = 0; }),
            "thresholds, temperature and patience need validation images; "
            "validation_share was 0");
  EXPECT_EQ(message([](TrainerOptions* o) {
              o->ccf.emplace();
              o->ccf->order = 0;
            }),
            "ccf.order must be 1..179; was 0");
  const Dataset one = RingsAndBands(1);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Trainer::Create(SmallOptions(1), &one));
}

}  // namespace
}  // namespace airy::model
