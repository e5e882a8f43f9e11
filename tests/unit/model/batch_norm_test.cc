#include "model/nets/batch_norm.h"

#include <gtest/gtest.h>

#include "tests/unit/model/running_group.h"

namespace airy::model {
namespace {

constexpr int64_t kChannels = 3;

torch::nn::BatchNorm2d SomeNorm() {
  torch::nn::BatchNorm2d norm(kChannels);
  const torch::NoGradGuard no_grad;
  norm->weight.copy_(torch::tensor({1.5F, -0.5F, 2.0F}));
  norm->bias.copy_(torch::tensor({0.1F, 0.0F, -0.3F}));
  return norm;
}

void ExpectNear(const torch::Tensor& found, const torch::Tensor& expected,
                const char* what) {
  const double apart = (found.to(torch::kFloat64) - expected).norm().item<double>();
  EXPECT_LT(apart, 1e-5 * expected.norm().item<double>()) << what;
}

// Against LibTorch's own on the whole batch in float64, parts of 2 and 5 images, whose
// mean is `offset` times as large as their spread.
void ExpectEqualsOne(double offset) {
  torch::manual_seed(1);
  const torch::Tensor images =
      (torch::randn({7, kChannels, 4, 6}) + offset).to(torch::kFloat32);
  const torch::Tensor slopes = torch::randn({7, kChannels, 4, 6});

  torch::nn::BatchNorm2d whole = SomeNorm();
  whole->to(torch::kFloat64);
  const torch::Tensor x = images.to(torch::kFloat64).requires_grad_();
  const torch::Tensor y = whole(x);
  (y * slopes).sum().backward();

  torch::Tensor weight_gradients[2];
  RunGroup(2, [&](const ProcessGroup& group) {
    const int64_t first = group.leads() ? 0 : 2;
    const int64_t count = group.leads() ? 2 : 5;
    const torch::nn::BatchNorm2d norm = SomeNorm();
    const torch::Tensor part = images.narrow(0, first, count).clone().requires_grad_();
    torch::Tensor out;
    {
      const JoinedBatch joined(group);
      out = Normalise(norm, part);
    }
    (out * slopes.narrow(0, first, count)).sum().backward();
    ExpectNear(out.detach(), y.detach().narrow(0, first, count), "output");
    ExpectNear(part.grad(), x.grad().narrow(0, first, count), "gradient");
    ExpectNear(norm->running_mean, whole->running_mean, "running mean");
    ExpectNear(norm->running_var, whole->running_var, "running variance");
    weight_gradients[group.rank()] =
        torch::stack({norm->weight.grad(), norm->bias.grad()});
  });
  ExpectNear(weight_gradients[0] + weight_gradients[1],
             torch::stack({whole->weight.grad(), whole->bias.grad()}), "parameters");
}

TEST(BatchNormTest, PartsOfABatchAreNormalisedAsTheWhole) { ExpectEqualsOne(0.5); }

// The sum of squares alone would lose four digits of seven.
TEST(BatchNormTest, AMeanFarFromZeroCostsNoDigits) { ExpectEqualsOne(64); }

TEST(BatchNormTest, AloneOrInEvaluationItIsLibTorchs) {
  torch::manual_seed(1);
  const torch::Tensor x = torch::randn({2, kChannels, 4, 4});
  const torch::nn::BatchNorm2d ours = SomeNorm();
  torch::nn::BatchNorm2d theirs = SomeNorm();
  const JoinedBatch alone(ProcessGroup::Alone());
  EXPECT_TRUE(Normalise(ours, x).equal(theirs(x)));
  RunGroup(2, [&](const ProcessGroup& group) {
    torch::nn::BatchNorm2d norm = SomeNorm();
    norm->eval();
    const JoinedBatch joined(group);
    const torch::Tensor before = norm->running_mean.clone();
    Normalise(norm, x);
    EXPECT_TRUE(norm->running_mean.equal(before));
  });
}

}  // namespace
}  // namespace airy::model
