#include "model/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

torch::Tensor SomeLogits() {
  torch::manual_seed(3);
  return torch::randn({5, kClassCount}) * 3;
}

torch::Tensor SomeLabels() {
  torch::manual_seed(4);
  return torch::randint(2, {5, kClassCount}, torch::kFloat32);
}

double LossOf(Head head, const LossOptions& options, const torch::Tensor& logits,
              const torch::Tensor& labels) {
  return ClassificationLoss(head, options, logits, labels, {}).item<double>();
}

// One image of these classes.
torch::Tensor Truth(std::initializer_list<int> classes) {
  const torch::Tensor truth = torch::zeros({1, kClassCount});
  for (const int c : classes) truth[0][c] = 1;
  return truth;
}

// The loss of a single cell, written out.
double LossOfCell(const LossOptions& options, double logit, double label) {
  const torch::Tensor logits = torch::full({1, 1}, logit, torch::kFloat32);
  return LossOf(Head::kSigmoid, options, logits,
                torch::full({1, 1}, label, torch::kFloat32));
}

TEST(LossTest, IsCrossEntropyWithoutOptions) {
  EXPECT_NEAR(
      LossOf(Head::kSigmoid, {}, SomeLogits(), SomeLabels()),
      torch::binary_cross_entropy_with_logits(SomeLogits(), SomeLabels()).item<double>(),
      1e-6);
  EXPECT_NEAR(LossOfCell({}, 200, 0), 200, 1e-3) << "no overflow";
}

TEST(LossTest, WeightsPositives) {
  const torch::Tensor weights = torch::linspace(1, 4, kClassCount);
  EXPECT_NEAR(ClassificationLoss(Head::kSigmoid, {}, SomeLogits(), SomeLabels(), weights)
                  .item<double>(),
              torch::binary_cross_entropy_with_logits(SomeLogits(), SomeLabels(),
                                                      /*weight=*/{}, weights)
                  .item<double>(),
              1e-6);
}

TEST(LossTest, AsymmetricLossIsItsFormula) {
  const LossOptions options{.gamma_positive = 1, .gamma_negative = 3, .clip = 0.05};
  for (const double logit : {-4.0, -0.5, 0.0, 2.0}) {
    const double p = Sigmoid(logit);
    const double q = std::max(p - 0.05, 0.0);
    EXPECT_NEAR(LossOfCell(options, logit, 1), -(1 - p) * std::log(p), 1e-6) << logit;
    EXPECT_NEAR(LossOfCell(options, logit, 0), -q * q * q * std::log(1 - q), 1e-6)
        << logit;
  }
}

TEST(LossTest, AsymmetricLossHasFiniteSlopesEverywhere) {
  const LossOptions options{.gamma_positive = 1, .gamma_negative = 2, .clip = 0.05};
  torch::Tensor logits = torch::linspace(-60, 60, 4 * kClassCount).view({4, kClassCount});
  logits.requires_grad_();
  for (const float label : {0.0F, 1.0F}) {
    logits.mutable_grad().reset();
    ClassificationLoss(Head::kSigmoid, options, logits, torch::full_like(logits, label),
                       {})
        .backward();
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
  }
}

TEST(LossTest, SmoothingDrawsTheTruthTowardsEvenOdds) {
  const LossOptions options{.label_smoothing = 0.1};
  EXPECT_NEAR(LossOfCell(options, 2, 1),
              -0.95 * std::log(Sigmoid(2)) - 0.05 * std::log(Sigmoid(-2)), 1e-6);
  EXPECT_NEAR(LossOfCell(options, 2, 0),
              -0.05 * std::log(Sigmoid(2)) - 0.95 * std::log(Sigmoid(-2)), 1e-6);
}

TEST(LossTest, ASoftmaxIsScoredByItsOneClass) {
  const torch::Tensor truth = torch::eye(kClassCount).narrow(0, 0, 5);
  const torch::Tensor expected =
      torch::nll_loss(torch::log_softmax(SomeLogits(), 1), torch::arange(5));
  EXPECT_NEAR(LossOf(Head::kSoftmax, {}, SomeLogits(), truth),
              expected.item<double>() / kClassCount, 1e-6);
  // Fully smoothed, every class counts alike.
  EXPECT_NEAR(LossOf(Head::kSoftmax, {.label_smoothing = 0.5}, SomeLogits(), truth),
              (expected.item<double>() -
               torch::log_softmax(SomeLogits(), 1).mean().item<double>()) /
                  2 / kClassCount,
              1e-6);
}

TEST(LossTest, WithoutOptionsIsTheLikelihoodOfTheHead) {
  const torch::Tensor possible = torch::cat({
      Truth({kSphericalOblate, kRound, kNewtonRings}),
      Truth({kSphericalOblate, kElliptical, kAsymmetric}),
      Truth({kProlate, kStreak, kBent, kLayered}),
      Truth({kStreak}),
      Truth({kEmpty}),
  });
  for (const Head head : {Head::kSigmoid, Head::kStructured}) {
    EXPECT_NEAR(LossOf(head, {}, SomeLogits(), possible) * kClassCount,
                NegativeLogLikelihood(head, SomeLogits(), possible).mean().item<double>(),
                1e-4);
  }
}

// The derivative by every logit.
torch::Tensor Slopes(const torch::Tensor& truth) {
  torch::Tensor logits = torch::zeros({1, kClassCount}, torch::requires_grad());
  ClassificationLoss(Head::kStructured, {}, logits, truth, {}).backward();
  return logits.grad()[0] * kClassCount;
}

TEST(LossTest, AStructuredHeadLearnsOnlyWhatAnImageMayHave) {
  // Five shapes, of which each has 1 / 5; six features, of which each has 1 / 2.
  const torch::Tensor empty = Slopes(Truth({kEmpty}));
  EXPECT_TRUE(empty.narrow(0, 0, 5).allclose(
      torch::tensor({0.2F, 0.2F, 0.2F, -0.8F, 0.2F}), 1e-5, 1e-6))
      << empty;
  EXPECT_TRUE(empty.narrow(0, 5, 6).equal(torch::zeros(6))) << empty;

  const torch::Tensor round = Slopes(Truth({kSphericalOblate, kRound, kNewtonRings}));
  EXPECT_TRUE(round.narrow(0, 0, 5).allclose(
      torch::tensor({-0.8F, 0.2F, 0.2F, 0.2F, 0.2F}), 1e-5, 1e-6))
      << round;
  EXPECT_TRUE(round.narrow(0, 5, 6).allclose(
      torch::tensor({0.0F, 0.0F, 0.5F, -0.5F, 0.5F, 0.5F}), 1e-5, 1e-6))
      << round;

  const torch::Tensor streak = Slopes(Truth({kStreak}));
  EXPECT_TRUE(streak.narrow(0, 0, 5).allclose(
      torch::tensor({0.2F, 0.2F, 0.2F, 0.2F, -0.8F}), 1e-5, 1e-6))
      << streak;
  EXPECT_TRUE(streak.narrow(0, 5, 6).allclose(
      torch::tensor({-0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F}), 1e-5, 1e-6))
      << streak;
}

TEST(LossTest, WeighsClassesByTheirRarity) {
  std::vector<Labels> labels(100);
  for (size_t i = 0; i < 50; ++i) labels[i][kRound] = 1;
  labels[0][kLayered] = 1;
  std::vector<int64_t> images(100);
  std::iota(images.begin(), images.end(), 0);
  const torch::Tensor weights = PositiveWeights(labels, images, 5);
  EXPECT_FLOAT_EQ(weights[kRound].item<float>(), 1);
  EXPECT_FLOAT_EQ(weights[kLayered].item<float>(), 5) << "sqrt(99), but at most 5";
}

TEST(LossTest, RefusesTruthThatAHeadCannotLearn) {
  Labels labels{};
  EXPECT_OK(CheckTruth(Head::kSigmoid, std::vector{labels}));
  labels[kRound] = 1;
  EXPECT_OK(CheckTruth(Head::kSoftmax, std::vector{labels}));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                CheckTruth(Head::kStructured, std::vector{labels}));
  labels[kSphericalOblate] = 1;
  EXPECT_OK(CheckTruth(Head::kStructured, std::vector{labels}));
  const Status status = CheckTruth(Head::kSoftmax, std::vector{labels});
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_EQ(status.message(),
            "a softmax needs exactly one class per image; image 0 had 2: "
            "spherical_oblate+round");
}

}  // namespace
}  // namespace airy::model
