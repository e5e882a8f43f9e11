#include "model/recipes.h"

#include <gtest/gtest.h>

#include "model/training_schedule.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

TEST(RecipesTest, AllAreValid) {
  for (const char* name : {"modern", "paper", "airynet"}) {
    const auto recipe = FindRecipe(name);
    ASSERT_OK(recipe);
    SCOPED_TRACE(name);
    EXPECT_OK(ValidateTrainerOptions(*recipe));
    EXPECT_EQ(recipe->recipe, name);
    EXPECT_EQ(DescribeRecipe(*recipe).rfind("recipe " + std::string(name) + " ", 0), 0U);
  }
  const auto other = FindRecipe("papre");
  EXPECT_STATUS(StatusCode::kInvalidArgument, other);
  EXPECT_EQ(other.status().message(),
            "recipe must be one of: modern, paper, airynet; was 'papre'");
}

TEST(RecipesTest, PaperIsAsPrinted) {
  const TrainerOptions paper = FindRecipe("paper").value();
  EXPECT_EQ(DescribeRecipe(paper),
            "recipe paper resnet18-log head sigmoid schedule 224:200 batch 48 lr 0.1 "
            "x0.1-after 50,100,150 warmup 0 momentum 0 l1 1e-05 l2 1e-05 average 0 "
            "cross-entropy smoothing 0 positive-weight-limit 1 augment "
            "flip=0.5,contrast=0.5,brightness=0.5 validation-share 0 test-share 0.15 "
            "thresholds 0.5 temperature 1 seed 1");
}

TEST(RecipesTest, AirynetCountsEpochsByAllImages) {
  const TrainerOptions airynet = FindRecipe("airynet").value();
  EXPECT_DOUBLE_EQ(PeakLearningRate(airynet), 0.01875);
  const StepShape shape(airynet, /*training_images=*/6174);
  EXPECT_NEAR(static_cast<double>(shape.per_epoch) * TotalEpochs(airynet), 30000, 150);
  const TrainingSchedule schedule(airynet, shape);
  const auto first_fall = static_cast<int64_t>(30.0 * 7264 / 24);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(first_fall - 50), 0.01875);
  EXPECT_DOUBLE_EQ(schedule.LearningRate(first_fall + 50), 0.001875);
}

TEST(RecipesTest, ModernChoosesOnATenthAndDoesNotTurnMaps) {
  TrainerOptions modern = FindRecipe("modern").value();
  EXPECT_EQ(modern.shares.validation, 0.1);
  EXPECT_EQ(modern.shares.test, 0.15);
  EXPECT_DOUBLE_EQ(PeakLearningRate(modern), 0.1 * 64 / 256);
  modern.accumulate = 4;
  EXPECT_DOUBLE_EQ(PeakLearningRate(modern), 0.1);
  EXPECT_EQ(AugmentationInUse(modern).rotation, 0.5);
  modern.ccf.emplace();
  EXPECT_EQ(AugmentationInUse(modern).rotation, 0);
  EXPECT_EQ(DescribeRecipe(modern).find("symmetry"), std::string::npos);
}

}  // namespace
}  // namespace airy::model
