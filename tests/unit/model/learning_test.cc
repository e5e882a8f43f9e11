#include <gtest/gtest.h>

#include "model/nets/registry.h"
#include "model/sgd.h"
#include "preprocess/frame/classes.h"

namespace airy::model {
namespace {

// Steps on the same images, and the loss before each.
class Learner {
 public:
  Learner(const char* architecture, int64_t images, int64_t size)
      : network_(Seeded(architecture)),
        counts_(torch::empty({images, 1, size, size}).exponential_(0.1)),
        labels_(torch::randint(0, 2, {images, kClassCount}, torch::kFloat32)),
        optimizer_(*network_, /*momentum=*/0.9, /*weight_decay=*/{}) {
    network_->train();
  }

  double Step(double learning_rate) {
    optimizer_.ZeroGradients();
    logits_ = network_->forward(counts_);
    torch::Tensor loss = torch::binary_cross_entropy_with_logits(logits_, labels_);
    loss.backward();
    optimizer_.Step(learning_rate);
    return loss.item<double>();
  }
  // Whether every label was right before the last step.
  bool KnewAll() const { return torch::equal(logits_.detach() > 0, labels_ > 0.5); }

 private:
  static std::shared_ptr<Network> Seeded(const char* architecture) {
    torch::manual_seed(3);
    return CreateNetwork(architecture).value();
  }

  const std::shared_ptr<Network> network_;
  const torch::Tensor counts_;
  const torch::Tensor labels_;
  NesterovSgd optimizer_;
  torch::Tensor logits_;
};

class ResNetLearningTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ResNetLearningTest, LearnsEightShotsByHeart) {
  Learner learner(GetParam(), /*images=*/8, /*size=*/64);
  const double first_loss = learner.Step(0.05);
  EXPECT_FALSE(learner.KnewAll());
  double loss = first_loss;
  int steps = 1;
  while (!learner.KnewAll() && steps < 30) {
    loss = learner.Step(0.05);
    ++steps;
  }
  EXPECT_TRUE(learner.KnewAll());
  EXPECT_LT(loss, first_loss / 2);
}

INSTANTIATE_TEST_SUITE_P(Depths, ResNetLearningTest,
                         ::testing::Values("resnet18-log", "resnet50-log",
                                           "resnet101-log"));

// At 32 pixels: nearly all of its parameters are in the out block, whatever the size.
TEST(VggTest, ThreeStepsLowerTheLoss) {
  Learner learner("vgg16-log", /*images=*/4, /*size=*/32);
  const double first_loss = learner.Step(0.005);
  learner.Step(0.005);
  learner.Step(0.005);
  EXPECT_LT(learner.Step(0.005), first_loss);
}

}  // namespace
}  // namespace airy::model
