#include "model/training_schedule.h"

#include <gtest/gtest.h>

namespace airy::model {
namespace {

// Ten steps an epoch.
TrainingSchedule Schedule(const TrainerOptions& options) {
  return {options, StepShape(options, 10 * options.batch)};
}

TrainerOptions SomeOptions() {
  TrainerOptions options;
  options.schedule = {{112, 3}, {224, 1}};
  options.learning_rate = 0.1;
  options.warmup_epochs = 1;
  return options;
}

TEST(TrainingScheduleTest, GoesThroughThePhasesInOrder) {
  const TrainingSchedule schedule = Schedule(SomeOptions());
  EXPECT_EQ(schedule.epochs(), 4);
  EXPECT_EQ(schedule.steps(), 40);
  EXPECT_EQ(schedule.size(2), 112);
  EXPECT_EQ(schedule.size(3), 224);
}

TEST(TrainingScheduleTest, KnowsWhereTheTimeGoes) {
  TrainerOptions options = SomeOptions();
  EXPECT_EQ(Schedule(options).dominant_size(), 224);  // 1 * 4 > 3 * 1
  options.schedule = {{112, 5}, {224, 1}};
  EXPECT_EQ(Schedule(options).dominant_size(), 112);
}

TEST(TrainingScheduleTest, WarmsUpThenFallsAsACosine) {
  const TrainingSchedule schedule = Schedule(SomeOptions());
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
  const TrainingSchedule schedule = Schedule(options);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(20), 0.1);
}

TEST(TrainingScheduleTest, FallsInSteps) {
  TrainerOptions options = SomeOptions();
  options.warmup_epochs = 0;
  options.rate_steps = {1, 2.5};
  const TrainingSchedule schedule = Schedule(options);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(9), 0.1);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(10), 0.01);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(24), 0.01);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(25), 0.001);
}

TEST(TrainingScheduleTest, SharesAnEpochOutAmongSteps) {
  TrainerOptions options;
  options.batch = 8;
  options.accumulate = 3;
  const StepShape shape(options, 50);
  EXPECT_EQ(shape.batch, 8);
  EXPECT_EQ(shape.passes, 3);
  EXPECT_EQ(shape.images(), 24);
  EXPECT_EQ(shape.per_epoch, 2);
  const StepShape few(options, 17);  // not enough for three passes
  EXPECT_EQ(few.passes, 2);
  EXPECT_EQ(few.per_epoch, 1);
  EXPECT_EQ(StepShape(options, 5).batch, 5);
}

TEST(TrainingScheduleTest, CountsStepsLeftByArea) {
  const TrainingSchedule schedule = Schedule(SomeOptions());
  EXPECT_DOUBLE_EQ(schedule.StepsLeft(0, 4), 6 + 2 * 10 + 4 * 10);
  EXPECT_DOUBLE_EQ(schedule.StepsLeft(3, 10), 0);
}

}  // namespace
}  // namespace airy::model
