#include "model/nets/head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "preprocess/frame/classes.h"

namespace airy::model {
namespace {

// The hard rules of the real labels: pairs that exclude each other.
const std::vector<std::pair<int, int>>& ExclusivePairs() {
  static const std::vector<std::pair<int, int>> pairs = [] {
    std::vector<std::pair<int, int>> list = {{kSphericalOblate, kProlate},
                                             {kRound, kElliptical},
                                             {kRound, kProlate},
                                             {kElliptical, kProlate}};
    for (const int oblate : {kSphericalOblate, kRound, kElliptical}) {
      list.emplace_back(oblate, kStreak);
      list.emplace_back(oblate, kBent);
    }
    for (int c = 0; c < kEmpty; ++c) list.emplace_back(c, kEmpty);
    return list;
  }();
  return pairs;
}

// Of every size from soft to saturated.
torch::Tensor RandomLogits(int64_t n, torch::ScalarType type) {
  torch::manual_seed(21);
  const torch::Tensor scales = torch::pow(10, torch::rand({n, 1}, type) * 4 - 2);
  return torch::randn({n, kClassCount}, type) * scales;
}

TEST(StructuredHeadTest, ExclusiveClassesNeverAddUpToMoreThanOne) {
  torch::Tensor logits = RandomLogits(100000, torch::kFloat32);
  const torch::Tensor p = Probabilities(Head::kStructured, logits).to(torch::kFloat64);
  EXPECT_GE(p.min().item<double>(), 0);
  for (const auto& [a, b] : ExclusivePairs()) {
    EXPECT_LE((p.select(1, a) + p.select(1, b)).max().item<double>(), 1)
        << kClassNames[static_cast<size_t>(a)] << ", "
        << kClassNames[static_cast<size_t>(b)];
  }
  for (const int part : {kRound, kElliptical}) {
    EXPECT_GE((p.select(1, kSphericalOblate) - p.select(1, part)).min().item<double>(),
              0);
  }
}

// Thresholds with t(a) + t(b) > 1 for exclusive pairs, by as little as a float can, and
// t(oblate) <= t(round), t(elliptical).
std::array<float, kClassCount> ConsistentThresholds(std::mt19937* random) {
  std::uniform_real_distribution<float> unit(0, 1);
  std::array<float, kClassCount> thresholds;
  for (float& threshold : thresholds) threshold = unit(*random);
  float& oblate = thresholds[kSphericalOblate];
  oblate = std::min({oblate, thresholds[kRound], thresholds[kElliptical]});
  for (const auto& [a, b] : ExclusivePairs()) {
    const float low = thresholds[static_cast<size_t>(a)];
    float& high = thresholds[static_cast<size_t>(b)];
    while (!(double{low} + double{high} > 1)) {
      high = std::max(1 - low, std::nextafter(high, 2.0F));
    }
  }
  return thresholds;
}

TEST(StructuredHeadTest, NeverBreaksAHardRuleUnderConsistentThresholds) {
  const torch::Tensor p =
      Probabilities(Head::kStructured, RandomLogits(100000, torch::kFloat32))
          .contiguous();
  const auto rows = p.accessor<float, 2>();
  std::mt19937 random(22);
  int64_t labels = 0;
  for (int64_t i = 0; i < p.size(0); ++i) {
    const auto thresholds = ConsistentThresholds(&random);
    std::array<bool, kClassCount> answer;
    for (size_t c = 0; c < kClassCount; ++c) {
      answer[c] = rows[i][static_cast<int64_t>(c)] >= thresholds[c];
      labels += answer[c] ? 1 : 0;
    }
    for (const auto& [a, b] : ExclusivePairs()) {
      ASSERT_FALSE(answer[static_cast<size_t>(a)] && answer[static_cast<size_t>(b)])
          << "logits " << i << ": " << a << ", " << b;
    }
    ASSERT_TRUE(answer[kSphericalOblate] || !(answer[kRound] || answer[kElliptical]))
        << i;
  }
  EXPECT_GT(labels, p.size(0) / 4) << "answers without labels prove nothing";
}

// [n, 11] of class lists.
torch::Tensor LabelsOf(const std::vector<std::vector<int>>& shots) {
  torch::Tensor labels = torch::zeros({std::ssize(shots), kClassCount}, torch::kFloat64);
  for (size_t i = 0; i < shots.size(); ++i) {
    for (const int c : shots[i]) labels[static_cast<int64_t>(i)][c] = 1;
  }
  return labels;
}

// One of every kind: of each shape, with and without features, and of none.
torch::Tensor LawfulLabels() {
  return LabelsOf({{kSphericalOblate, kRound},
                   {kSphericalOblate, kRound, kNewtonRings},
                   {kSphericalOblate, kElliptical, kAsymmetric},
                   {kSphericalOblate, kLayered},
                   {kProlate, kStreak, kBent, kLayered},
                   {kProlate},
                   {kEmpty},
                   {kStreak, kBent},
                   {kLayered}});
}

void ExpectGradientOfFiniteDifferences(Head head, const torch::Tensor& labels) {
  torch::manual_seed(23);
  const torch::Tensor logits =
      torch::randn(labels.sizes(), torch::kFloat64).mul_(2).requires_grad_();
  NegativeLogLikelihood(head, logits, labels).sum().backward();
  const torch::NoGradGuard no_grad;
  constexpr double kStep = 1e-5;
  for (int64_t i = 0; i < logits.size(0); ++i) {
    for (int64_t c = 0; c < logits.size(1); ++c) {
      const auto shifted = [&](double by) {
        torch::Tensor moved = logits.detach().clone();
        moved[i][c] += by;
        return NegativeLogLikelihood(head, moved, labels)[i].item<double>();
      };
      EXPECT_NEAR(logits.grad()[i][c].item<double>(),
                  (shifted(kStep) - shifted(-kStep)) / (2 * kStep), 1e-8)
          << i << ", " << c;
    }
  }
}

TEST(StructuredHeadTest, GradientOfTheLikelihoodIsThatOfFiniteDifferences) {
  ExpectGradientOfFiniteDifferences(Head::kStructured, LawfulLabels());
}

TEST(PlainHeadTest, GradientsOfTheLikelihoodsAreThoseOfFiniteDifferences) {
  ExpectGradientOfFiniteDifferences(Head::kSigmoid, LawfulLabels());
  ExpectGradientOfFiniteDifferences(
      Head::kSoftmax, torch::eye(4, torch::kFloat64).index({torch::tensor({0, 3, 1})}));
}

// Over all label combinations that the head can answer: 2 x 2^4 of round and elliptical,
// 2 x 2^6 of prolate and none, one empty.
TEST(StructuredHeadTest, LikelihoodsOfAllLabelCombinationsAddUpToOne) {
  std::vector<std::vector<int>> all = {{kEmpty}};
  for (int features = 0; features < 16; ++features) {
    for (int bands = 0; bands < 4; ++bands) {
      std::vector<int> shot;
      for (int bit = 0; bit < 4; ++bit) {
        if ((features >> bit & 1) != 0) shot.push_back(kAsymmetric + bit);
      }
      if (bands == 0) {
        for (const int shape : {kRound, kElliptical}) {
          all.push_back(shot);
          all.back().insert(all.back().end(), {kSphericalOblate, shape});
        }
      }
      if ((bands & 1) != 0) shot.push_back(kStreak);
      if ((bands & 2) != 0) shot.push_back(kBent);
      all.push_back(shot);
      shot.push_back(kProlate);
      all.push_back(shot);
    }
  }
  const torch::Tensor labels = LabelsOf(all);
  torch::manual_seed(24);
  const torch::Tensor logits = torch::randn({1, kClassCount}, torch::kFloat64);
  const torch::Tensor likelihoods =
      NegativeLogLikelihood(Head::kStructured, logits.expand_as(labels), labels)
          .neg()
          .exp();
  EXPECT_NEAR(likelihoods.sum().item<double>(), 1, 1e-12);
  // The probability of a class is that of all combinations that hold it.
  const torch::Tensor marginals = torch::mv(labels.t(), likelihoods);
  EXPECT_TRUE(torch::allclose(Probabilities(Head::kStructured, logits)[0], marginals,
                              /*rtol=*/0, /*atol=*/3e-6));
}

TEST(PlainHeadTest, ProbabilitiesAreSigmoidAndSoftmax) {
  const torch::Tensor logits = RandomLogits(5, torch::kFloat32);
  EXPECT_TRUE(
      torch::equal(Probabilities(Head::kSigmoid, logits), torch::sigmoid(logits)));
  EXPECT_TRUE(
      torch::equal(Probabilities(Head::kSoftmax, logits), torch::softmax(logits, 1)));
}

}  // namespace
}  // namespace airy::model
