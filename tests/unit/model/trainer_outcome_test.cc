#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "model/answer_thresholds.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/recipes.h"
#include "model/safetensors.h"
#include "model/scoring.h"
#include "model/split.h"
#include "model/trainer.h"
#include "tests/testing/status.h"
#include "tests/unit/model/rings_and_bands.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

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

TEST(TrainerOutcomeTest, AStoppedTrainingEndsAsOneThatNeverStopped) {
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

TEST(TrainerOutcomeTest, RefusesAStateThatCannotBe) {
  const Dataset dataset = RingsAndBands(20);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(2);
  options.state_path = folder.File("model.state");
  const auto stopped =
      Trainer::Create(options, &dataset).value()->Fit([](const TrainProgress& p) {
        return p.epoch < 2;
      });
  EXPECT_STATUS(StatusCode::kCancelled, stopped);
  Safetensors state = ReadSafetensors(options.state_path).value();
  state.metadata["best_epoch"] = "0";
  ASSERT_OK(WriteSafetensors(options.state_path, state));
  const auto resumed = Trainer::Create(options, &dataset).value()->Fit(KeepGoing);
  EXPECT_STATUS(StatusCode::kDataLoss, resumed);
  EXPECT_THAT(resumed.status().message(),
              ::testing::HasSubstr("best_epoch must be 1..epochs_done, 1; was 0"));
}

TEST(TrainerOutcomeTest, EndsEarlyAndKeepsTheBestEpoch) {
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

TEST(TrainerOutcomeTest, ScoresTheTestImagesAsTheCheckpointAnswersThem) {
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
  EXPECT_EQ(info.input_size, 56);
  const Outputs outputs =
      RunOn(batches, split.test, info.input_size, /*batch=*/8, network.get()).value();
  const Metrics expected = Measure(ToProbabilities(Head::kSigmoid, outputs.logits),
                                   ToLabels(outputs.labels), outcome->thresholds);
  EXPECT_EQ(outcome->test->model.Accuracy(), expected.Accuracy());
  EXPECT_EQ(outcome->test->model.MacroF1(), expected.MacroF1());
}

TEST(TrainerOutcomeTest, ThePapersWayHasNoValidationAndReportsTheMaximum) {
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

TEST(TrainerOutcomeTest, StartsFromAnotherModelsWeights) {
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

}  // namespace
}  // namespace airy::model
