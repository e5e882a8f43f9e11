#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/batch_loader.h"
#include "model/safetensors.h"
#include "model/trainer.h"
#include "tests/testing/status.h"
#include "tests/unit/model/rings_and_bands.h"
#include "tests/unit/model/temporary_folder.h"
#include "tests/unit/model/watched_source.h"

namespace airy::model {
namespace {

using ::testing::HasSubstr;

std::string BytesOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Stops in the second epoch, so that a state is left.
Status BeginTraining(const TrainerOptions& options, const Dataset& dataset) {
  return Trainer::Create(options, &dataset)
      .value()
      ->Fit([](const TrainProgress& p) { return p.epoch < 2; })
      .status();
}

TEST(TrainerDataTest, WhereImagesAreChangesNothing) {
  const Dataset images = RingsAndBands(24);
  const StreamedSet set(images);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(3);
  options.shares = {.validation = 0.2, .test = 0.1};
  options.augmentation.thinning = 0.5;
  options.checkpoint_path = folder.File("memory.safetensors");
  ASSERT_OK(Trainer::Create(options, &images).value()->Fit(KeepGoing));

  options.checkpoint_path = folder.File("streamed.safetensors");
  options.state_path = folder.File("streamed.state");
  EXPECT_STATUS(StatusCode::kCancelled, BeginTraining(options, set.dataset));
  ASSERT_OK(Trainer::Create(options, &set.dataset).value()->Fit(KeepGoing));
  EXPECT_GT(set.source->reads(), 3 * 24);
  EXPECT_EQ(set.dataset.images_held(), 0);
  EXPECT_EQ(BytesOf(folder.File("streamed.safetensors")),
            BytesOf(folder.File("memory.safetensors")));
}

TEST(TrainerDataTest, RefusesToPreferImagesWhereAnEpochHasThemAll) {
  const Dataset dataset = RingsAndBands(40);
  TrainerOptions options = SmallOptions(1);
  options.sampling_balance = 0.5;
  const auto whole = Trainer::Create(options, &dataset);
  EXPECT_STATUS(StatusCode::kInvalidArgument, whole);
  EXPECT_THAT(whole.status().message(), HasSubstr("sampling_balance"));

  options.epoch_images = options.batch;
  EXPECT_OK(Trainer::Create(options, &dataset));
  options.epoch_images = dataset.size();
  const auto large = Trainer::Create(options, &dataset);
  EXPECT_STATUS(StatusCode::kInvalidArgument, large);
  EXPECT_THAT(large.status().message(), HasSubstr("epoch_images must be below the "));
}

TEST(TrainerDataTest, RefusesToGoOnWithAnotherSetOfTheSameNameAndSize) {
  const Dataset dataset = RingsAndBands(10);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(3);
  options.state_path = folder.File("model.state");
  EXPECT_STATUS(StatusCode::kCancelled, BeginTraining(options, dataset));

  Dataset other(dataset.description());
  std::vector<float> pixels(size_t{kInputSize} * kInputSize);
  for (int64_t i = 0; i < dataset.size(); ++i) {
    ASSERT_OK(dataset.Read(i, pixels));
    if (i == 7) pixels[1234] += 1;
    ASSERT_OK(other.Add(pixels, dataset.labels()[static_cast<size_t>(i)]));
  }
  const auto resumed = Trainer::Create(options, &other).value()->Fit(KeepGoing);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, resumed);
  EXPECT_THAT(resumed.status().message(), HasSubstr("belongs to another training"));
  EXPECT_THAT(resumed.status().message(), HasSubstr("data rings and bands sha256 "));
  EXPECT_OK(Trainer::Create(options, &dataset).value()->Fit(KeepGoing));
}

TEST(TrainerDataTest, RefusesToGoOnFromOtherFirstWeightsOrInAnotherType) {
  const Dataset dataset = RingsAndBands(10);
  const TemporaryFolder folder;
  const auto write_first = [&](uint64_t seed) {
    TrainerOptions options = SmallOptions(1);
    options.seed = seed;
    options.checkpoint_path = folder.File("first.safetensors");
    EXPECT_OK(Trainer::Create(options, &dataset).value()->Fit(KeepGoing));
  };
  write_first(1);
  TrainerOptions options = SmallOptions(3);
  options.init = folder.File("first.safetensors");
  options.state_path = folder.File("model.state");
  EXPECT_STATUS(StatusCode::kCancelled, BeginTraining(options, dataset));
  TrainerOptions in_bf16 = options;
  in_bf16.dtype = Dtype::kBf16;
  EXPECT_STATUS(StatusCode::kFailedPrecondition, BeginTraining(in_bf16, dataset));

  // Its place does not matter, what it is does.
  std::filesystem::rename(options.init, folder.File("moved.safetensors"));
  write_first(2);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, BeginTraining(options, dataset));
  options.init = folder.File("moved.safetensors");
  EXPECT_STATUS(StatusCode::kCancelled, BeginTraining(options, dataset));
}

TEST(TrainerDataTest, RefusesAStateOfAnotherFormat) {
  const Dataset dataset = RingsAndBands(10);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(3);
  options.state_path = folder.File("model.state");
  EXPECT_STATUS(StatusCode::kCancelled, BeginTraining(options, dataset));
  Safetensors state = ReadSafetensors(options.state_path).value();
  state.metadata["format"] = "airy-training-state-1";
  ASSERT_OK(WriteSafetensors(options.state_path, state));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, BeginTraining(options, dataset));
}

TEST(TrainerDataTest, AnImageThatIsBadLateEndsTheTrainingAndLeavesItsCheckpoint) {
  const Dataset images = RingsAndBands(20);
  const StreamedSet set(images);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(50);
  options.checkpoint_path = folder.File("model.safetensors");
  options.state_path = folder.File("model.state");
  set.source->bad_index = 11;
  set.source->good_reads = 150;
  const auto outcome = Trainer::Create(options, &set.dataset).value()->Fit(KeepGoing);
  EXPECT_STATUS(StatusCode::kDataLoss, outcome);
  EXPECT_EQ(outcome.status().message(), "/data/run.cxi shot 11: bad");
  EXPECT_OK(ReadCheckpoint(options.checkpoint_path));
  EXPECT_OK(ReadSafetensors(options.state_path));
}

TEST(TrainerDataTest, ReadsNoFurtherWhenItIsCancelled) {
  const Dataset images = RingsAndBands(60);
  const StreamedSet set(images);
  TrainerOptions options = SmallOptions(1);
  options.batch = 2;  // 24 steps
  int64_t reads_at_stop = 0;
  const auto outcome =
      Trainer::Create(options, &set.dataset).value()->Fit([&](const TrainProgress&) {
        reads_at_stop = set.source->reads();
        return false;
      });
  EXPECT_STATUS(StatusCode::kCancelled, outcome);
  EXPECT_LE(set.source->reads() - reads_at_stop,
            2 * static_cast<int64_t>(BatchLoader::kAhead));
}

TEST(TrainerDataTest, TheLogSaysHowLongStepsWaitedForImages) {
  const Dataset images = RingsAndBands(20);
  const StreamedSet set(images);
  const TemporaryFolder folder;
  TrainerOptions options = SmallOptions(1);
  options.log_path = folder.File("model.log.jsonl");
  ASSERT_OK(Trainer::Create(options, &set.dataset).value()->Fit(KeepGoing));
  const std::string line = BytesOf(options.log_path);
  const auto number = [&line](const std::string& name) {
    const size_t place = line.find("\"" + name + "\":");
    EXPECT_NE(place, std::string::npos) << line;
    return std::atof(line.c_str() + place + name.size() + 3);
  };
  EXPECT_GT(number("wait_seconds"), 0) << "the first batch is loaded while it waits";
  EXPECT_LT(number("wait_seconds"), number("seconds"));
}

}  // namespace
}  // namespace airy::model
