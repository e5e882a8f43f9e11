#include "model/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "model/answer_thresholds.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/recipes.h"
#include "model/scoring.h"
#include "model/split.h"
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
    labels[kSphericalOblate] = is_band ? 0 : 1;
    EXPECT_OK(dataset.Add(pixels, labels));
  }
  return dataset;
}

TrainerOptions SmallOptions(int epochs) {
  TrainerOptions options;
  options.schedule = {{56, epochs}};
  options.batch = 8;
  options.warmup_epochs = 1;
  options.average_decay = 0.99;
  options.augmentation.symmetry = 1;
  options.augmentation.gain = 1;
  options.shares = {.validation = 0.2, .test = 0};
  options.allow_missing_classes = true;
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
  EXPECT_EQ(info.data, "rings and bands");
  EXPECT_GT(info.input_mean_p99, info.input_mean_p01);
  EXPECT_EQ(info.metrics.at("macro_f1"), validation.model.MacroF1());
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
  const BatchMaker batches =
      BatchMaker::Create(&dataset, info.ccf, {}, /*seed=*/1, torch::kCPU).value();
  const std::vector<int64_t> indices = {0, 1, 2, 3};
  const Outputs outputs = RunOn(batches, indices, kInputSize, /*batch=*/3, network.get());
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

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The lines of a log without the times they took.
std::vector<std::string> Curves(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream text(ReadText(path));
  for (std::string line; std::getline(text, line);) {
    lines.push_back(line.substr(0, line.find(",\"images_per_s\"")));
  }
  return lines;
}

TEST(TrainerTest, AStoppedTrainingEndsAsOneThatNeverStopped) {
  const Dataset dataset = RingsAndBands(24);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(4);
  options.shares = {.validation = 0.2, .test = 0.1};
  options.patience = 2;
  options.augmentation.thinning = 0.5;
  options.log_path = folder.File("whole.log.jsonl");
  options.checkpoint_path = folder.File("whole.safetensors");
  const auto whole = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(whole);

  options.log_path = folder.File("model.log.jsonl");
  options.checkpoint_path = folder.File("model.safetensors");
  options.state_path = folder.File("model.state");
  const auto stopped =
      Trainer::Create(options, &dataset).value()->Fit([](const TrainProgress& p) {
        return p.epoch < 3;
      });
  EXPECT_STATUS(StatusCode::kCancelled, stopped);
  EXPECT_OK(ReadCheckpoint(options.checkpoint_path));
  // As a kill between the log and the state leaves it.
  std::ofstream(options.log_path, std::ios::app) << "{\"epoch\":3,\"si";
  std::vector<int> epochs;
  const auto resumed =
      Trainer::Create(options, &dataset).value()->Fit([&epochs](const TrainProgress& p) {
        epochs.push_back(p.epoch);
        return true;
      });
  ASSERT_OK(resumed);
  ASSERT_FALSE(epochs.empty());
  EXPECT_EQ(epochs.front(), 3);
  EXPECT_EQ(resumed->epochs_done, whole->epochs_done);
  EXPECT_EQ(resumed->best_epoch, whole->best_epoch);
  EXPECT_EQ(Curves(options.log_path), Curves(folder.File("whole.log.jsonl")));
  EXPECT_EQ(Curves(options.log_path).size(), static_cast<size_t>(whole->epochs_done));
  EXPECT_EQ(ReadText(options.checkpoint_path),
            ReadText(folder.File("whole.safetensors")));
}

TEST(TrainerTest, EndsEarlyAndKeepsTheBestEpoch) {
  const Dataset dataset = RingsAndBands(20);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(30);
  options.patience = 2;
  options.log_path = folder.File("model.log.jsonl");
  options.learning_rate = 1e-6;  // never better than at first
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(outcome);
  EXPECT_LT(outcome->epochs_done, 30);
  EXPECT_EQ(outcome->epochs_done - outcome->best_epoch, 2);
  std::vector<double> scores;
  for (const std::string& line : Curves(options.log_path)) {
    const std::string name = "\"validation_macro_f1\":";
    scores.push_back(std::atof(line.c_str() + line.find(name) + name.size()));
  }
  ASSERT_EQ(scores.size(), static_cast<size_t>(outcome->epochs_done));
  EXPECT_EQ(std::ranges::max_element(scores) - scores.begin(), outcome->best_epoch - 1);
  EXPECT_NEAR(outcome->validation->model.MacroF1(),
              scores[static_cast<size_t>(outcome->best_epoch - 1)], 1e-6);
}

TEST(TrainerTest, ScoresTheTestImagesAsTheCheckpointAnswersThem) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(3);
  options.shares = {.validation = 0.2, .test = 0.2};
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(outcome);
  const CheckpointInfo& info = outcome->checkpoint.info;
  EXPECT_NE(info.temperature, 1);
  EXPECT_EQ(info.metrics.at("test_images"), 8);
  EXPECT_EQ(info.metrics.at("test_macro_f1"), outcome->test->model.MacroF1());

  const Split split =
      SplitByLabels(dataset.labels(), options.shares, options.seed).value();
  const auto network = CreateNetwork(info.architecture).value();
  ASSERT_OK(LoadWeights(outcome->checkpoint.weights, network.get()));
  const BatchMaker batches =
      BatchMaker::Create(&dataset, {}, {}, /*seed=*/1, torch::kCPU).value();
  const Outputs outputs = RunOn(batches, split.test, 56, /*batch=*/8, network.get());
  const Metrics expected = Measure(ToProbabilities(Head::kSigmoid, outputs.logits),
                                   ToLabels(outputs.labels), outcome->thresholds);
  EXPECT_EQ(outcome->test->model.Accuracy(), expected.Accuracy());
  EXPECT_EQ(outcome->test->model.MacroF1(), expected.MacroF1());
}

TEST(TrainerTest, ThePapersWayHasNoValidationAndReportsTheMaximum) {
  const Dataset dataset = RingsAndBands(40);
  const TemporaryFolder folder;
  TrainerOptions options = FindRecipe("paper").value();
  options.schedule = {{56, 3}};
  options.batch = 8;
  options.allow_missing_classes = true;
  options.dtype = Dtype::kFp32;
  options.device = "cpu";
  options.log_path = folder.File("model.log.jsonl");
  const auto outcome = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(outcome);
  ASSERT_TRUE(!outcome->validation && outcome->test && outcome->maxima);
  EXPECT_EQ(outcome->best_epoch, 3) << "nothing chooses: the last epoch";
  EXPECT_GE(outcome->maxima->accuracy, outcome->test->model.Accuracy() - 0.01);
  const CheckpointInfo& info = outcome->checkpoint.info;
  EXPECT_EQ(info.metrics.at("maximum_accuracy"), outcome->maxima->accuracy);
  EXPECT_EQ(outcome->thresholds, EqualThresholds(0.5F));
  EXPECT_EQ(info.temperature, 1);
  double highest = 0;
  for (const std::string& line : Curves(options.log_path)) {
    EXPECT_NE(line.find("\"scored_on\":\"test\""), std::string::npos) << line;
    const std::string name = "\"validation_accuracy\":";
    highest = std::max(highest, std::atof(line.c_str() + line.find(name) + name.size()));
  }
  EXPECT_NEAR(outcome->maxima->accuracy, highest, 1e-6);
}

TEST(TrainerTest, StartsFromAnotherModelsWeights) {
  const Dataset dataset = RingsAndBands(40);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(4);
  options.average_decay = 0.5;
  options.checkpoint_path = folder.File("first.safetensors");
  ASSERT_OK(Trainer::Create(options, &dataset).value()->Fit(KeepGoing));

  TrainerOptions tuned = SmallOptions(1);
  tuned.learning_rate = 1e-6;
  tuned.init = options.checkpoint_path;
  const auto after = Trainer::Create(tuned, &dataset).value()->Fit(KeepGoing);
  ASSERT_OK(after);
  EXPECT_GT(after->validation->model.MacroF1(), 0.95) << "it has forgotten all";

  tuned.init = folder.File("none.safetensors");
  EXPECT_STATUS(StatusCode::kNotFound, Trainer::Create(tuned, &dataset));
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
