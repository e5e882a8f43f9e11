#include "model/trainer/training_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::trainer {
namespace {

Result<std::vector<LoggedEpoch>> Read(const std::string& content) {
  const testing::TempDir folder;
  std::ofstream(folder.File("log")) << content;
  return ReadTrainingLog(folder.File("log"));
}

TEST(TrainingLogTest, ReadsKnownMembersInAnyOrderAndPassesOverOthers) {
  const auto rows = Read(
      R"({"epoch":1,"size":56,"train_loss":0.5,"scored_on":"test","learning_rate":1e-2})"
      "\n"
      R"( { "done" : true, "validation_loss" : null, "validation_macro_f1": 0.25, "epoch" : 2 } )"
      "\n");
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].epoch, 1);
  EXPECT_EQ((*rows)[0].train_loss, 0.5);
  EXPECT_EQ((*rows)[0].learning_rate, 0.01);
  EXPECT_TRUE(std::isnan((*rows)[0].validation_loss));
  EXPECT_EQ((*rows)[1].validation_macro_f1, 0.25);
  EXPECT_TRUE(std::isnan((*rows)[1].validation_loss));
}

TEST(TrainingLogTest, PassesOverTheLineThatAKilledTrainingLeft) {
  const auto rows = Read("{\"epoch\":1}\n{\"epoch\":2,\"trai");
  ASSERT_OK(rows);
  EXPECT_EQ(rows->size(), 1u);
}

TEST(TrainingLogTest, RefusesOtherLinesByNumber) {
  for (const char* line : {"", "epoch 2", "{}", "[2]", R"({"epoch":"2"})",
                           R"({"epoch":2} x)", R"({"epoch":2,})"}) {
    const auto rows = Read("{\"epoch\":1}\n" + std::string(line) + "\n");
    SCOPED_TRACE(line);
    EXPECT_STATUS(StatusCode::kDataLoss, rows);
    EXPECT_THAT(rows.status().message(), ::testing::HasSubstr("log line 2 must be"));
  }
  EXPECT_STATUS(StatusCode::kNotFound, ReadTrainingLog("/nowhere/log"));
}

}  // namespace
}  // namespace airy::trainer
