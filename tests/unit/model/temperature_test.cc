#include "model/temperature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace airy::model {
namespace {

TEST(TemperatureTest, LossIsTheNegativeLogLikelihood) {
  const std::vector<float> logits = {2, -1};
  const std::vector<uint8_t> labels = {1, 1};
  // -(log sigmoid(1) + log sigmoid(-0.5)) / 2 at temperature 2.
  EXPECT_NEAR(SigmoidLoss(logits, labels, 2),
              (std::log1p(std::exp(-1.0)) + std::log1p(std::exp(0.5))) / 2, 1e-12);
  EXPECT_EQ(SigmoidLoss({}, {}, 1), 0);
  const std::vector<float> sure = {-10'000};
  EXPECT_NEAR(SigmoidLoss(sure, std::vector<uint8_t>{1}, 1), 10'000, 1e-6);
}

// Of logits +-a, a share s of the positives: the best T has sigmoid(a / T) = s.
TEST(TemperatureTest, FindsTheOneThatFollowsByHand) {
  std::vector<float> logits;
  std::vector<uint8_t> labels;
  for (int i = 0; i < 10; ++i) {
    logits.push_back(i < 5 ? 4.0F : -4.0F);
    labels.push_back(i < 5 ? i < 4 : i < 6);  // 8 of 10 on their side
  }
  EXPECT_NEAR(FitTemperature(logits, labels), 4 / std::log(4.0), 1e-3);
}

TEST(TemperatureTest, RecoversHowMuchTooSureLogitsAre) {
  std::mt19937 random(5);
  const auto uniform = [&random] { return static_cast<double>(random()) * 0x1p-32; };
  std::vector<float> logits;
  std::vector<uint8_t> labels;
  for (int i = 0; i < 20'000; ++i) {
    const double logit = 6 * uniform() - 3;
    labels.push_back(uniform() < 1 / (1 + std::exp(-logit)));
    logits.push_back(static_cast<float>(2.5 * logit));
  }
  EXPECT_NEAR(FitTemperature(logits, labels), 2.5, 0.1);
}

TEST(TemperatureTest, StaysInItsRange) {
  const std::vector<float> logits = {3, -3};
  EXPECT_EQ(FitTemperature(logits, std::vector<uint8_t>{1, 0}), kLeastTemperature);
  EXPECT_EQ(FitTemperature(logits, std::vector<uint8_t>{0, 1}), kMostTemperature);
  EXPECT_EQ(FitTemperature({}, {}), 1) << "nothing to learn";
}

TEST(TemperatureTest, TakesAnyLossOfTheTemperature) {
  const auto loss = [](double t) { return std::pow(std::log(t / 7), 2); };
  EXPECT_NEAR(FitTemperature(loss), 7, 7e-4);
}

}  // namespace
}  // namespace airy::model
