#include <gtest/gtest.h>

#include "model/nets/registry.h"
#include "model/nets/vgg.h"
#include "model/sgd.h"
#include "preprocess/frame/classes.h"

namespace airy::model {
namespace {

// Steps on the same images, and the loss before each.
class Learner {
 public:
  Learner(std::shared_ptr<Network> network, int64_t images, int64_t size)
      : network_(std::move(network)),
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
  const std::shared_ptr<Network> network_;
  const torch::Tensor counts_;
  const torch::Tensor labels_;
  NesterovSgd optimizer_;
  torch::Tensor logits_;
};

class ResNetLearningTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ResNetLearningTest, LearnsEightShotsByHeart) {
  torch::manual_seed(3);
  Learner learner(CreateNetwork(GetParam()).value(), /*images=*/8, /*size=*/64);
  const double first_loss = learner.Step(0.05);
  EXPECT_FALSE(learner.KnewAll());
  double loss = first_loss;
  for (int step = 0; step < 30 && !(learner.KnewAll() && loss < first_loss / 3); ++step) {
    loss = learner.Step(0.05);
  }
  EXPECT_TRUE(learner.KnewAll());
  EXPECT_LT(loss, first_loss / 3);
}

INSTANTIATE_TEST_SUITE_P(Depths, ResNetLearningTest,
                         ::testing::Values("resnet18-log", "resnet50-log",
                                           "resnet101-log"));

class VggLearningTest : public ::testing::TestWithParam<int> {};

// With 256 instead of 4096 channels in the out block, which has nearly all parameters.
TEST_P(VggLearningTest, ThreeStepsLowerTheLoss) {
  torch::manual_seed(3);
  const int n = GetParam();
  Learner learner(std::make_shared<Vgg>(VggOptions{{}, {2, 2, n, n, n}, /*hidden=*/256}),
                  /*images=*/4, /*size=*/64);
  constexpr double kLearningRate = 0.001;
  const double first_loss = learner.Step(kLearningRate);
  learner.Step(kLearningRate);
  learner.Step(kLearningRate);
  EXPECT_LT(learner.Step(kLearningRate), first_loss);
}

INSTANTIATE_TEST_SUITE_P(Depths, VggLearningTest, ::testing::Values(3, 4));  // 16, 19

}  // namespace
}  // namespace airy::model
