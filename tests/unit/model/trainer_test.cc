#include "model/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "model/ccf_batch.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/torch_engine.h"
#include "model/training_batch.h"
#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::model {
namespace {

// Rings for "round", a bright band for "streak": a network tells them apart in seconds.
Dataset RingsAndBands(int count) {
  Dataset dataset("rings and bands");
  for (int i = 0; i < count; ++i) {
    const bool is_band = i % 2 == 1;
    std::vector<float> pixels;
    for (int row = 0; row < kInputSize; ++row) {
      for (int col = 0; col < kInputSize; ++col) {
        const double x = col - 112 + i % 5;
        const double y = row - 112 - i % 7;
        const double wave = is_band ? 100 * std::exp(-x * x / 400)
                                    : 50 * (1 + std::cos(std::sqrt(x * x + y * y) / 6));
        pixels.push_back(static_cast<float>(wave));
      }
    }
    Labels labels{};
    labels[is_band ? kStreak : kRound] = 1;
    EXPECT_OK(dataset.Add(pixels, labels));
  }
  return dataset;
}

TrainerOptions SmallOptions(int epochs) {
  TrainerOptions options;
  options.schedule = {{56, epochs}};
  options.batch = 8;
  options.validation_share = 0.2;
  options.dtype = Dtype::kFp32;
  options.device = "cpu";
  return options;
}

bool KeepGoing(const TrainProgress&) { return true; }

TEST(TrainerTest, LearnsToTellRingsFromBands) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(6);
  options.average_decay = 0.8;
  const auto trainer = Trainer::Create(options, &dataset).value();
  std::vector<double> losses;
  const auto outcome = trainer->Fit([&losses](const TrainProgress& progress) {
    if (progress.validation_macro_f1 >= 0) losses.push_back(progress.loss);
    return true;
  });
  ASSERT_OK(outcome);
  ASSERT_EQ(losses.size(), 6U);
  EXPECT_LT(losses.back(), losses.front() / 2);
  EXPECT_EQ(outcome->tuned.images, 8);
  EXPECT_GT(outcome->tuned.MacroF1(), 0.95);
  EXPECT_GT(outcome->tuned.MacroF1(), outcome->constant.MacroF1());
  const CheckpointInfo& info = outcome->checkpoint.info;
  EXPECT_EQ(info.recipe, DescribeRecipe(options));
  EXPECT_EQ(info.data, "rings and bands");
  EXPECT_GT(info.input_mean_p99, info.input_mean_p01);
  EXPECT_EQ(info.metrics.at("macro_f1"), outcome->tuned.MacroF1());
}

TEST(TrainerTest, ATrainingOnMapsIsServedAsItWasTrained) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(8);
  options.average_decay = 0.8;
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
  const auto maps =
      CcfBatchMapper::Create(kInputSize, kInputSize, *info.ccf, {}, torch::kCPU).value();
  const std::vector<int64_t> indices = {0, 1, 2, 3};
  const std::vector<ClassProbabilities> trained =
      ClassifyAll(dataset, indices, &maps, kInputSize, torch::kCPU, network.get());

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
    dataset.Copy(index, /*symmetry=*/0, /*gain=*/1, image.pixels().data());
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

TEST(TrainerTest, ImagesThatAreMappedKeepTheirOrientation) {
  const Dataset dataset = RingsAndBands(8);
  const SamplePlan plan(1, dataset.size(), 0.25);
  transform::CcfOptions unscaled;
  unscaled.scaling = transform::CcfScaling::kNone;
  const auto maps =
      CcfBatchMapper::Create(kInputSize, kInputSize, unscaled, {}, torch::kCPU).value();
  const std::vector<int64_t> indices = {0, 1, 2, 3, 4, 5};
  const TrainingBatch batch = MakeBatch(dataset, plan, /*epoch=*/0, indices, {1, 1},
                                        &maps, kInputSize, torch::kCPU);
  for (const int64_t index : indices) {
    Image image(kInputSize, kInputSize);
    dataset.Copy(index, /*symmetry=*/0, /*gain=*/1, image.pixels().data());
    const Image map = transform::MapOf(image, unscaled);
    const torch::Tensor expected = torch::from_blob(
        const_cast<float*>(map.pixels().data()), {kInputSize, kInputSize});
    EXPECT_TRUE(batch.images[index][0].allclose(expected, 1e-4, 1e-3)) << index;
  }
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

TEST(TrainerTest, AStoppedTrainingEndsAsOneThatNeverStopped) {
  const Dataset dataset = RingsAndBands(20);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(3);
  const auto whole = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(whole);

  options.state_path = folder.File("model.state");
  const auto stopped =
      Trainer::Create(options, &dataset).value()->Fit([](const TrainProgress& p) {
        return p.epoch < 3;
      });
  EXPECT_STATUS(StatusCode::kCancelled, stopped);
  std::vector<int> epochs;
  const auto resumed =
      Trainer::Create(options, &dataset).value()->Fit([&epochs](const TrainProgress& p) {
        epochs.push_back(p.epoch);
        return true;
      });
  ASSERT_OK(resumed);
  EXPECT_EQ(epochs, (std::vector<int>{3, 3}));
  for (size_t i = 0; i < whole->checkpoint.weights.size(); ++i) {
    EXPECT_EQ(resumed->checkpoint.weights[i].data, whole->checkpoint.weights[i].data)
        << whole->checkpoint.weights[i].name;
  }
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
  options.weight_decay = 1;
  options.momentum = 1;
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  EXPECT_STATUS(StatusCode::kDataLoss, outcome);
  EXPECT_NE(outcome.status().message().find("finite"), std::string::npos);
}

TEST(TrainerTest, RefusesOptionsOutOfRangeByName) {
  const Dataset dataset = RingsAndBands(2);
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
  EXPECT_EQ(message([](TrainerOptions* o) { o->gain_high = 0.1; }),
            "gain_high must be 0.3..1000; was 0.1");
  EXPECT_EQ(message([](TrainerOptions* o) {
              o->learning_rate = std::numeric_limits<double>::quiet_NaN();
            }),
            "learning_rate must be 1e-09..10; was nan");
  EXPECT_NE(
      message([](TrainerOptions* o) { o->architecture = "alexnet"; }).find("alexnet"),
      std::string::npos);
  EXPECT_EQ(message([](TrainerOptions* o) {
              o->ccf.emplace();
              o->ccf->order = 0;
            }),
            "ccf.order must be 1..179; was 0");
  const Dataset one = RingsAndBands(1);
  EXPECT_STATUS(StatusCode::kInvalidArgument, Trainer::Create(SmallOptions(1), &one));
}

}  // namespace
}  // namespace airy::model
