#include "model/cam_maps.h"

#include <gtest/gtest.h>

#include <cmath>

namespace airy::model {
namespace {

using Score = CamOptions::Score;

// Normalisation, LeakyReLU, mean and a linear layer in double precision, on small maps.
struct DoubleTail {
  explicit DoubleTail(int64_t channels) {
    torch::manual_seed(21);
    const torch::NoGradGuard no_grad;
    tail.norm = torch::nn::BatchNorm2d(channels);
    tail.norm->to(torch::kDouble);
    tail.norm->weight.uniform_(0.5, 1.5);
    tail.norm->bias.uniform_(-0.3, 0.3);
    tail.norm->running_mean.uniform_(-0.3, 0.3);
    tail.norm->running_var.uniform_(0.5, 1.5);
    tail.norm->eval();
    tail.weight = 4 * torch::randn({2, channels}, torch::kDouble);
    features = torch::randn({1, channels, 3, 4}, torch::kDouble);
  }
  torch::Tensor Normed(const torch::Tensor& a) { return tail.norm(a); }
  // S of class 0.
  torch::Tensor S(const torch::Tensor& a) {
    return torch::leaky_relu(Normed(a), kLeak).mean({2, 3}).matmul(tail.weight[0])[0];
  }
  torch::Tensor Y(Score score, const torch::Tensor& a) {
    return score == Score::kExp ? torch::exp(S(a)) : torch::sigmoid(S(a));
  }
  // What the program takes alpha to be.
  torch::Tensor Alpha(Score score) {
    const torch::Tensor a = features.clone().requires_grad_();
    const torch::Tensor s = S(a);
    const torch::Tensor gradients = torch::autograd::grad({s}, {a})[0];
    return CamAlpha(score, gradients, features.sum({2, 3}, true), s.detach()).flatten();
  }

  PooledTail tail;
  torch::Tensor features;
};

double AlphaOf(double second, double third, double feature_sum) {
  return second / (2 * second + feature_sum * third);
}

class CamAlphaTest : public ::testing::TestWithParam<Score> {};

TEST_P(CamAlphaTest, IsMadeOfTheDerivativesThatAutogradTakesThreeTimes) {
  DoubleTail toy(3);
  const torch::Tensor alpha = toy.Alpha(GetParam());
  const torch::Tensor a = toy.features.clone().requires_grad_();
  const torch::Tensor first = torch::autograd::grad({toy.Y(GetParam(), a)}, {a}, {}, true,
                                                    /*create_graph=*/true)[0]
                                  .flatten();
  const torch::Tensor sums = toy.features.sum({2, 3}).flatten();
  for (int64_t e = 0; e < a.numel(); ++e) {
    const torch::Tensor second =
        torch::autograd::grad({first[e]}, {a}, {}, true, /*create_graph=*/true)[0]
            .flatten()[e];
    const double third =
        torch::autograd::grad({second}, {a}, {}, true)[0].flatten()[e].item<double>();
    const double expected =
        AlphaOf(second.item<double>(), third, sums[e / 12].item<double>());
    ASSERT_TRUE(std::isfinite(expected));
    EXPECT_NEAR(alpha[e].item<double>(), expected, 1e-9 * std::abs(expected)) << e;
  }
}

TEST_P(CamAlphaTest, IsMadeOfCentralDifferences) {
  constexpr double kStep = 2e-2;
  DoubleTail toy(3);
  const torch::Tensor alpha = toy.Alpha(GetParam());
  const torch::Tensor normed = toy.Normed(toy.features).flatten();
  const torch::Tensor sums = toy.features.sum({2, 3}).flatten();
  int compared = 0;
  for (int64_t e = 0; e < toy.features.numel(); ++e) {
    if (std::abs(normed[e].item<double>()) < 3 * kStep) continue;  // near the kink
    const auto at = [&](int steps) {
      torch::Tensor a = toy.features.clone();
      a.view(-1)[e] += steps * kStep;
      return toy.Y(GetParam(), a).item<double>();
    };
    const double second = (at(1) - 2 * at(0) + at(-1)) / std::pow(kStep, 2);
    const double third =
        (at(2) - 2 * at(1) + 2 * at(-1) - at(-2)) / (2 * std::pow(kStep, 3));
    const double expected = AlphaOf(second, third, sums[e / 12].item<double>());
    // 1 / alpha is well conditioned also where it is near 0.
    EXPECT_NEAR(1 / alpha[e].item<double>(), 1 / expected, 3e-4) << e;
    ++compared;
  }
  EXPECT_GT(compared, 30);
}

INSTANTIATE_TEST_SUITE_P(Scores, CamAlphaTest,
                         ::testing::Values(Score::kExp, Score::kSigmoid));

TEST(CamAlphaGuardTest, GivesZeroWhereItIsNotDefined) {
  const torch::Tensor gradients = torch::tensor({0.0, 1.0, 1.0});
  const torch::Tensor sums = torch::tensor({5.0, -2.0, 2.0});
  const torch::Tensor none = torch::zeros({3});
  EXPECT_TRUE(torch::equal(CamAlpha(Score::kExp, gradients, sums, none),
                           torch::tensor({0.0, 0.0, 0.25})));
  EXPECT_TRUE(torch::equal(CamAlpha(Score::kSigmoid, gradients, sums, none), none))
      << "at S = 0 the second derivative of the sigmoid vanishes";
}

TEST(CamMapsTest, ClosedFormEqualsGradientsInDoublePrecision) {
  DoubleTail toy(3);
  for (const auto method : {CamOptions::Method::kPlusPlus, CamOptions::Method::kPlain}) {
    for (const auto activation :
         {CamOptions::Activation::kLeaky, CamOptions::Activation::kRelu}) {
      const CamOptions options{method, Score::kSigmoid, activation, "", false};
      const torch::Tensor a = toy.features.clone().requires_grad_();
      const torch::Tensor s = toy.S(a);
      const torch::Tensor gradients = torch::autograd::grad({s}, {a})[0];
      const torch::Tensor expected =
          CamFromGradients(options, toy.features, gradients, s.detach().view({1}));
      const torch::Tensor maps = CamOfPooledTail(
          options, toy.tail, toy.features, toy.tail.weight.narrow(0, 0, 1).unsqueeze(0),
          s.detach().view({1, 1}));
      EXPECT_TRUE(torch::allclose(maps[0], expected, 1e-10, 1e-12));
      EXPECT_GT(expected.abs().max().item<double>(), 1e-3);
    }
  }
}

TEST(CamMapsTest, OfOneChannelPeaksWhereTheFeatureIsPlanted) {
  torch::Tensor features = torch::full({1, 1, 7, 7}, 0.1);
  features[0][0][2][5] = 4;
  const torch::Tensor gradients = torch::full_like(features, 1.0 / 49);
  const torch::Tensor map =
      CamFromGradients({}, features, gradients, torch::zeros({1}))[0];
  EXPECT_EQ(map.argmax().item<int64_t>(), 2 * 7 + 5);
  const CamOptions relu{CamOptions::Method::kPlusPlus, Score::kExp,
                        CamOptions::Activation::kRelu, "", false};
  EXPECT_EQ(CamFromGradients(relu, features, -gradients, torch::zeros({1}))
                .abs()
                .max()
                .item<double>(),
            0)
      << "with ReLU nothing that speaks against the class is left";
}

TEST(CamMapsTest, GrowBilinearlyBetweenPixelCentresToAMaximumOfOne) {
  const torch::Tensor maps = torch::tensor({0.0F, 2.0F, 0.0F, 2.0F}).view({1, 1, 2, 2});
  const torch::Tensor large = UpsampleToUnitMaximum(maps, 4)[0][0];
  const torch::Tensor row = torch::tensor({0.0F, 0.25F, 0.75F, 1.0F});
  EXPECT_TRUE(torch::allclose(large, row.expand({4, 4})));
  EXPECT_EQ(UpsampleToUnitMaximum(-maps - 1, 4).abs().max().item<double>(), 0)
      << "nothing speaks for the class";
}

}  // namespace
}  // namespace airy::model
