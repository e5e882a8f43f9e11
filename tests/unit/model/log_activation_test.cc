#include "model/nets/log_activation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace airy::model {
namespace {

constexpr double kAlpha = 0.2;

// Eq. 11, written out by cases as in the paper.
double ExpectedValue(double x) {
  const double c0 = std::exp(-1.0);
  return x >= 0 ? kAlpha * (std::log(x + c0) + 1) : -kAlpha * (std::log(c0 - x) + 1);
}

// Eq. 12.
double ExpectedDerivative(double x) {
  const double c0 = std::exp(-1.0);
  return x >= 0 ? kAlpha / (x + c0) : kAlpha / (c0 - x);
}

const std::vector<double> kArguments = {-65535, -3.5, -1e-3, 0, 1e-6, 0.7, 12, 65535};

TEST(LogActivationTest, FollowsEquation11) {
  const torch::Tensor y =
      LogActivation(torch::tensor(kArguments, torch::kFloat64), kAlpha);
  for (size_t i = 0; i < kArguments.size(); ++i) {
    EXPECT_NEAR(y[static_cast<int64_t>(i)].item<double>(), ExpectedValue(kArguments[i]),
                1e-12)
        << kArguments[i];
  }
}

TEST(LogActivationTest, GradientFollowsEquation12AlsoAtZero) {
  torch::Tensor x = torch::tensor(kArguments, torch::kFloat64).set_requires_grad(true);
  (3 * LogActivation(x, kAlpha)).sum().backward();
  for (size_t i = 0; i < kArguments.size(); ++i) {
    EXPECT_NEAR(x.grad()[static_cast<int64_t>(i)].item<double>(),
                3 * ExpectedDerivative(kArguments[i]), 1e-9)
        << kArguments[i];
  }
}

TEST(LogActivationTest, IsOddAndIncreasing) {
  const torch::Tensor x = torch::linspace(-50, 50, 1001);
  const torch::Tensor y = LogActivation(x, kAlpha);
  EXPECT_TRUE(torch::allclose(y, -y.flip(0), 1e-5, 1e-6));
  EXPECT_TRUE((y.slice(0, 1) > y.slice(0, 0, -1)).all().item<bool>());
}

}  // namespace
}  // namespace airy::model
