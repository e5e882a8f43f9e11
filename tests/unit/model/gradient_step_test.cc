#include "model/gradient_step.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/loss.h"
#include "model/nets/registry.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

TrainingBatch SomeImages(int count) {
  torch::manual_seed(3);
  return {torch::rand({count, 1, 32, 32}) * 20,
          torch::randint(2, {count, kClassCount}, torch::kFloat32)};
}

TrainingBatch Part(const TrainingBatch& batch, int first, int count) {
  return {batch.images.narrow(0, first, count), batch.labels.narrow(0, first, count)};
}

// Fixed statistics of normalisation: batches are then no more than their sum.
std::shared_ptr<Network> SomeNetwork() {
  torch::manual_seed(1);
  auto network = CreateNetwork("resnet18-log").value();
  network->eval();
  return network;
}

TEST(GradientStepTest, PartsOfABatchMakeTheStepOfTheWhole) {
  const TrainingBatch batch = SomeImages(6);
  TrainerOptions options;
  options.l1 = 1e-4;
  const auto whole = SomeNetwork();
  const auto parts = SomeNetwork();
  GradientStep whole_step(options, {}, whole.get());
  GradientStep part_step(options, {}, parts.get());
  for (int i = 0; i < 2; ++i) {  // the second with momentum
    const double loss = whole_step.Add(batch, 1);
    const double mean = (part_step.Add(Part(batch, 0, 2), 1.0 / 3) +
                         part_step.Add(Part(batch, 2, 2), 1.0 / 3) +
                         part_step.Add(Part(batch, 4, 2), 1.0 / 3)) /
                        3;
    EXPECT_NEAR(loss, mean, 1e-5);
    whole_step.Apply(0.05);
    part_step.Apply(0.05);
  }
  const auto before = SomeNetwork()->parameters();
  const auto a = whole->parameters();
  const auto b = parts->parameters();
  for (size_t i = 0; i < a.size(); ++i) {
    const double moved = (a[i] - before[i]).norm().item<double>();
    EXPECT_LE((a[i] - b[i]).norm().item<double>(), 1e-3 * moved + 1e-7) << i;
  }
}

TEST(GradientStepTest, AnElasticNetPullsKernelsAlone) {
  // Without images, all that moves a weight is the penalty.
  TrainerOptions options;
  options.momentum = 0;
  options.l1 = 0.01;
  options.l2 = 0.1;
  for (const bool mean : {false, true}) {
    options.mean_penalty = mean;
    const auto network = SomeNetwork();
    const torch::Tensor stem =
        network->named_parameters()["stem.weight"].detach().clone();
    const torch::Tensor bn =
        network->named_parameters()["final_bn.weight"].detach().clone();
    GradientStep step(options, {}, network.get());
    EXPECT_EQ(CountPenalised(*network), 22) << "as the released code counts them";
    step.Add(SomeImages(1), /*share=*/0);
    step.Apply(/*learning_rate=*/0.5);
    const double terms = mean ? 22 : 1;
    const torch::Tensor expected =
        stem - 0.5 * (0.01 / terms * stem.sign() + 0.1 / terms * stem);
    EXPECT_TRUE(
        network->named_parameters()["stem.weight"].allclose(expected, 1e-5, 1e-7));
    EXPECT_TRUE(network->named_parameters()["final_bn.weight"].equal(bn));
  }
}

}  // namespace
}  // namespace airy::model
