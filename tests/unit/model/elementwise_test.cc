#include "model/nets/elementwise.h"

#include <gtest/gtest.h>

#include "model/nets/log_activation.h"
#include "model/nets/pooled_log.h"

namespace airy::model {
namespace {

constexpr double kLeak = 0.2;
constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;

torch::Tensor Activations(torch::ScalarType type) {
  torch::manual_seed(21);
  return torch::randn({2, 24, 7, 5}).to(type).contiguous(kChannelsLast);
}

ChannelAffine SomeAffine() {
  torch::manual_seed(22);
  return {torch::randn(24), torch::randn(24)};
}

torch::Tensor Reference(const ChannelAffine& affine, const torch::Tensor& x) {
  return torch::leaky_relu(x.to(torch::kFloat32) * affine.scale.view({1, -1, 1, 1}) +
                               affine.shift.view({1, -1, 1, 1}),
                           kLeak);
}

// Every type and memory format gives the same numbers, up to one rounding of the type.
class ElementwiseTest : public ::testing::TestWithParam<
                            std::tuple<torch::ScalarType, torch::MemoryFormat>> {
 protected:
  torch::ScalarType type() const { return std::get<0>(GetParam()); }
  torch::MemoryFormat format() const { return std::get<1>(GetParam()); }
  // The operators of LibTorch round to bf16 after each step, these loops only once.
  void ExpectClose(const torch::Tensor& actual, const torch::Tensor& expected) const {
    EXPECT_EQ(actual.scalar_type(), type());
    const double relative = type() == torch::kFloat32 ? 1e-5 : 0.02;
    EXPECT_TRUE(torch::allclose(actual.to(torch::kFloat32), expected.to(torch::kFloat32),
                                relative, relative))
        << (actual - expected).abs().max();
  }
};

TEST_P(ElementwiseTest, LeakyScalesTheNegatives) {
  torch::Tensor x = Activations(type()).contiguous(format());
  const torch::Tensor expected = torch::leaky_relu(x.to(torch::kFloat32), kLeak);
  Leaky(kLeak, &x);
  ExpectClose(x, expected);
}

TEST_P(ElementwiseTest, LeakyOfAffineWorksPerChannel) {
  const torch::Tensor x = Activations(type()).contiguous(format());
  ExpectClose(LeakyOfAffine(SomeAffine(), kLeak, x), Reference(SomeAffine(), x));
}

TEST_P(ElementwiseTest, AddThenLeakyOfAffineKeepsTheSumWhenAsked) {
  const torch::Tensor shortcut = Activations(type()).flip(0).contiguous(format());
  torch::Tensor x = Activations(type()).contiguous(format());
  const torch::Tensor sum = x.to(torch::kFloat32) + shortcut.to(torch::kFloat32);
  const torch::Tensor activated =
      AddThenLeakyOfAffine(SomeAffine(), kLeak, shortcut, /*keep_sum=*/true, &x);
  ExpectClose(activated, Reference(SomeAffine(), sum));
  ExpectClose(x, sum);
}

TEST_P(ElementwiseTest, PoolOfLogIsThePoolOfTheLog) {
  torch::manual_seed(23);
  const torch::Tensor x = torch::randn({2, 6, 14, 10}).mul(3).exp().sub(2);
  const torch::Tensor expected = torch::max_pool2d(LogActivation(x, 0.2), 3, 2, 1);
  const torch::Tensor actual = PoolOfLog(0.2, x, type(), format());
  EXPECT_TRUE(actual.is_contiguous(format()));
  ExpectClose(actual, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, ElementwiseTest,
    ::testing::Combine(::testing::Values(torch::kFloat32, torch::kBFloat16),
                       ::testing::Values(torch::MemoryFormat::Contiguous,
                                         kChannelsLast)));

TEST(PoolOfLogTest, LogIsExactToFloatOverTheWholeRangeOfCounts) {
  // Windows of equal values: the pool changes nothing.
  const torch::Tensor counts = torch::cat(
      {-torch::logspace(-6, 6, 4000), torch::zeros(1), torch::logspace(-6, 6, 4000)});
  const torch::Tensor x = counts.view({-1, 1, 1, 1}).expand({-1, 1, 2, 2}).contiguous();
  const torch::Tensor actual =
      PoolOfLog(0.2, x, torch::kFloat32, kChannelsLast).flatten();
  const torch::Tensor expected = LogActivation(counts.to(torch::kFloat64), 0.2);
  EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-6);
}

torch::Tensor LognormalPlanes() {
  torch::manual_seed(23);
  return torch::randn({2, 70, 14, 70}).mul(3).exp().sub(2);
}

TEST(PoolOfLogTest, AValueOfTheGpuIsThePoolOfTheLog) {
  const torch::Tensor x = LognormalPlanes()[0].contiguous();
  const torch::Tensor expected =
      torch::max_pool2d(LogActivation(x, 0.2).unsqueeze(0), 3, 2, 1)[0];
  for (int64_t channel = 0; channel < x.size(0); ++channel) {
    for (int row = 0; row < 7; ++row) {
      for (int col = 0; col < 35; ++col) {
        ASSERT_NEAR(PooledLog(x[channel].data_ptr<float>(), 70, row, col, 0.2F),
                    expected[channel][row][col].item<float>(), 1e-6)
            << channel << " " << row << " " << col;
      }
    }
  }
}

TEST(PoolOfLogTest, AGpuAnswersWhatTheCpuAnswers) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "there is no GPU here";
  const torch::Tensor x = LognormalPlanes();
  for (const auto& [type, tolerance] :
       {std::pair(torch::kFloat32, 1e-5), std::pair(torch::kBFloat16, 0.01)}) {
    const torch::Tensor expected = PoolOfLog(0.2, x, type, kChannelsLast);
    const torch::Tensor actual = PoolOfLog(0.2, x.cuda(), type, kChannelsLast);
    EXPECT_TRUE(actual.is_contiguous(kChannelsLast));
    EXPECT_TRUE(torch::allclose(actual.cpu().to(torch::kFloat32),
                                expected.to(torch::kFloat32), tolerance, tolerance));
  }
}

}  // namespace
}  // namespace airy::model
