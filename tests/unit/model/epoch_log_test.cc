#include "model/epoch_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

EpochRecord Record(int epoch) {
  EpochRecord record;
  record.epoch = epoch;
  record.size = 56;
  record.train_loss = 0.25;
  record.scored_on = "validation";
  record.validation_loss = 0.5;
  record.validation_macro_f1 = 0.75;
  record.validation_accuracy = 0.875;
  record.learning_rate = 1e-3;
  record.images_per_s = 12.5;
  record.wait_seconds = 0.25;
  record.seconds = 2;
  return record;
}

constexpr const char kFirst[] =
    R"({"epoch":1,"size":56,"train_loss":0.25,"scored_on":"validation",)"
    R"("validation_loss":0.5,"validation_macro_f1":0.750000,)"
    R"("validation_accuracy":0.875000,"learning_rate":0.001,"images_per_s":12.500,)"
    R"("wait_seconds":0.250,"seconds":2.000})"
    "\n";

TEST(EpochLogTest, WritesALinePerEpoch) {
  const TemporaryFolder folder;
  const std::string path = folder.File("log.jsonl");
  ASSERT_OK(BeginEpochLog(path, 0));
  EXPECT_EQ(Read(path), "");
  ASSERT_OK(AppendToEpochLog(path, Record(1)));
  EXPECT_EQ(Read(path), kFirst);
}

TEST(EpochLogTest, DropsWhatAStoppedTrainingWillDoAgain) {
  const TemporaryFolder folder;
  const std::string path = folder.File("log.jsonl");
  ASSERT_OK(BeginEpochLog(path, 0));
  for (const int epoch : {1, 2}) ASSERT_OK(AppendToEpochLog(path, Record(epoch)));
  std::ofstream(path, std::ios::app) << R"({"epoch":3,"si)";  // killed here
  ASSERT_OK(BeginEpochLog(path, 1));
  EXPECT_EQ(Read(path), kFirst);
  ASSERT_OK(AppendToEpochLog(path, Record(2)));
  EXPECT_EQ(Read(path).find("\"epoch\":2"), std::string(kFirst).size() + 1);
}

TEST(EpochLogTest, RefusesALogThatIsTooShortOrCannotBeWritten) {
  const TemporaryFolder folder;
  EXPECT_STATUS(StatusCode::kDataLoss, BeginEpochLog(folder.File("none.jsonl"), 1));
  EXPECT_STATUS(StatusCode::kNotFound, BeginEpochLog(folder.File("no/log.jsonl"), 0));
}

}  // namespace
}  // namespace airy::model
