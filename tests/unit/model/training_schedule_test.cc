#include "model/training_schedule.h"

#include <gtest/gtest.h>

namespace airy::model {
namespace {

TrainerOptions SomeOptions() {
  TrainerOptions options;
  options.schedule = {{112, 3}, {224, 1}};
  options.learning_rate = 0.1;
  options.warmup_epochs = 1;
  return options;
}

TEST(TrainingScheduleTest, GoesThroughThePhasesInOrder) {
  const TrainingSchedule schedule(SomeOptions(), /*batches_per_epoch=*/10);
  EXPECT_EQ(schedule.epochs(), 4);
  EXPECT_EQ(schedule.steps(), 40);
  EXPECT_EQ(schedule.size(2), 112);
  EXPECT_EQ(schedule.size(3), 224);
}

TEST(TrainingScheduleTest, KnowsWhereTheTimeGoes) {
  TrainerOptions options = SomeOptions();
  EXPECT_EQ(TrainingSchedule(options, 10).dominant_size(), 224);  // 1 * 4 > 3 * 1
  options.schedule = {{112, 5}, {224, 1}};
  EXPECT_EQ(TrainingSchedule(options, 10).dominant_size(), 112);
}

TEST(TrainingScheduleTest, WarmsUpThenFallsAsACosine) {
  const TrainingSchedule schedule(SomeOptions(), 10);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(0), 0.1 / 11);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(9), 0.1 * 10 / 11);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(10), 0.1);
  EXPECT_NEAR(schedule.LearningRate(25), 0.05, 1e-12);  // half way
  EXPECT_GT(schedule.LearningRate(39), 0);
  EXPECT_LT(schedule.LearningRate(39), 0.001);
}

TEST(TrainingScheduleTest, WarmUpTakesAtMostHalf) {
  TrainerOptions options = SomeOptions();
  options.warmup_epochs = 4;
  const TrainingSchedule schedule(options, 10);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(20), 0.1);
}

TEST(TrainingScheduleTest, CountsBatchesLeftByArea) {
  const TrainingSchedule schedule(SomeOptions(), 10);
  EXPECT_DOUBLE_EQ(schedule.BatchesLeft(0, 4), 6 + 2 * 10 + 4 * 10);
  EXPECT_DOUBLE_EQ(schedule.BatchesLeft(3, 10), 0);
}

}  // namespace
}  // namespace airy::model
