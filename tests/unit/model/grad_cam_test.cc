#include "model/grad_cam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "preprocess/frame/classes.h"
#include "tests/testing/status.h"
#include "tests/unit/model/used_network.h"

namespace airy::model {
namespace {

using Method = CamOptions::Method;
using Score = CamOptions::Score;
using Activation = CamOptions::Activation;

torch::Tensor CountsOf64(int64_t n) {
  torch::manual_seed(32);
  return torch::empty({n, 1, 64, 64}).exponential_(0.1);
}

std::vector<int64_t> AllClasses() {
  std::vector<int64_t> classes(kClassCount);
  std::iota(classes.begin(), classes.end(), 0);
  return classes;
}

torch::Tensor MapsOf(const CamOptions& options, Head head,
                     const std::shared_ptr<Network>& network, const torch::Tensor& counts,
                     bool allow_closed_form = true) {
  GradCam cam = GradCam::Create(options, head, network, allow_closed_form).value();
  return cam.Maps(cam.Forward(counts), AllClasses());
}

// The largest difference of two sets of maps, as a share of each map's largest value.
double Difference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).abs().amax({2, 3}) / b.abs().amax({2, 3})).max().item<double>();
}

TEST(GradCamTest, ClosedFormEqualsABackwardPassAtTheLastLayer) {
  const std::shared_ptr<Network> network = UsedResNet18(31);
  const torch::Tensor counts = CountsOf64(3);
  for (const Head head : {Head::kSigmoid, Head::kStructured}) {
    for (const Method method : {Method::kPlusPlus, Method::kPlain}) {
      for (const Score score : {Score::kExp, Score::kSigmoid}) {
        for (const Activation activation : {Activation::kLeaky, Activation::kRelu}) {
          const CamOptions options{method, score, activation, "", false};
          const torch::Tensor closed = MapsOf(options, head, network, counts);
          const torch::Tensor backward =
              MapsOf(options, head, network, counts, /*allow_closed_form=*/false);
          ASSERT_EQ(closed.sizes(), (std::vector<int64_t>{3, kClassCount, 2, 2}));
          const torch::Tensor scale = backward.abs().amax({2, 3}, true).clamp_min(1e-12);
          EXPECT_LT(((closed - backward).abs() / scale).max().item<double>(), 1e-4);
          EXPECT_GT((backward.abs().amax({2, 3}) > 0).sum().item<int64_t>(), 15)
              << "maps of zeros prove nothing";
        }
      }
    }
  }
}

TEST(GradCamTest, TakesAPassBackToEveryLayer) {
  const std::shared_ptr<Network> network = UsedResNet18(31);
  const torch::Tensor counts = CountsOf64(1);
  for (const std::string& layer : network->layers()) {
    CamOptions options;
    options.layer = layer;
    const torch::Tensor maps = MapsOf(options, Head::kSigmoid, network, counts);
    EXPECT_EQ(maps.size(1), kClassCount) << layer;
    EXPECT_TRUE(torch::isfinite(maps).all().item<bool>()) << layer;
    EXPECT_GT(maps.abs().max().item<double>(), 0) << layer;
  }
}

TEST(GradCamTest, RefusesALayerThatIsNotThereAndNamesThoseThatAre) {
  const std::shared_ptr<Network> network = UsedResNet18(31);
  CamOptions options;
  options.layer = "stage9";
  const auto cam = GradCam::Create(options, Head::kSigmoid, network);
  EXPECT_STATUS(StatusCode::kInvalidArgument, cam);
  EXPECT_NE(cam.status().message().find("stage4_block2; was 'stage9'"), std::string::npos)
      << cam.status().message();
  options.layer = "stage1_block1";
  options.activated = true;
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                GradCam::Create(options, Head::kSigmoid, network));
}

TEST(GradCamTest, OfExpDoesNotChangeWithAConstantAddedToTheScore) {
  const std::shared_ptr<Network> network = UsedResNet18(31);
  const torch::Tensor counts = CountsOf64(2);
  const auto moved = [&](Score score, bool allow_closed_form) {
    const CamOptions options{Method::kPlusPlus, score, Activation::kLeaky, "", false};
    const auto maps = [&] {
      return MapsOf(options, Head::kSigmoid, network, counts, allow_closed_form);
    };
    torch::Tensor bias = network->named_parameters()["fc.bias"];
    const torch::NoGradGuard no_grad;
    const torch::Tensor before = maps();
    bias += 3;
    const torch::Tensor after = maps();
    bias -= 3;
    return Difference(after, before);
  };
  for (const bool allow_closed_form : {true, false}) {
    EXPECT_LT(moved(Score::kExp, allow_closed_form), 1e-6);
    EXPECT_GT(moved(Score::kSigmoid, allow_closed_form), 1e-3)
        << "the sigmoid's alpha does depend on it";
  }
}

TEST(GradCamTest, OfABatchEqualsThatOfItsImages) {
  const std::shared_ptr<Network> network = UsedResNet18(31);
  const torch::Tensor counts = CountsOf64(4);
  for (const bool allow_closed_form : {true, false}) {
    const torch::Tensor together =
        MapsOf({}, Head::kSigmoid, network, counts, allow_closed_form);
    std::vector<torch::Tensor> alone;
    for (int64_t i = 0; i < counts.size(0); ++i) {
      alone.push_back(
          MapsOf({}, Head::kSigmoid, network, counts.narrow(0, i, 1), allow_closed_form));
    }
    EXPECT_LT(Difference(torch::cat(alone), together), 1e-4);
  }
}

TEST(ClassScoresTest, GiveTheOblateClassOfTheStructuredHeadTheSumOfItsTwoForms) {
  torch::manual_seed(33);
  const torch::Tensor logits = torch::randn({5, kClassCount}, torch::kDouble);
  const torch::Tensor scores = ClassScores(Head::kStructured, logits);
  EXPECT_TRUE(torch::allclose(
      scores.select(1, kSphericalOblate).exp(),
      scores.select(1, kRound).exp() + scores.select(1, kElliptical).exp()));
  // Ratios of exp of these scores are ratios of probabilities.
  const torch::Tensor p = Probabilities(Head::kStructured, logits);
  for (const int k : {kRound, kElliptical, kEmpty}) {
    EXPECT_TRUE(torch::allclose((scores.select(1, k) - scores.select(1, kProlate)).exp(),
                                p.select(1, k) / p.select(1, kProlate)))
        << k;
  }
  // The others are independent: each logit moves the probability of its own class.
  for (const int k :
       {kStreak, kBent, kAsymmetric, kNewtonRings, kDoubleRings, kLayered}) {
    torch::Tensor leaf = logits.clone().requires_grad_();
    const torch::Tensor of_score = torch::autograd::grad(
        {ClassScores(Head::kStructured, leaf).select(1, k).sum()}, {leaf})[0];
    const torch::Tensor of_probability = torch::autograd::grad(
        {Probabilities(Head::kStructured, leaf).select(1, k).sum()}, {leaf})[0];
    EXPECT_TRUE((of_probability.masked_select(of_score > 0) > 0).all().item<bool>()) << k;
  }
}

// Two convolutions, then as in the ResNets: enough to find a bright patch.
class PatchNetwork final : public Network {
 public:
  PatchNetwork()
      : first_(register_module("first", torch::nn::Conv2d(Options(1, 8)))),
        second_(register_module("second", torch::nn::Conv2d(Options(8, 16)))),
        fc_(register_module("fc", torch::nn::Linear(16, 1))) {}
  std::vector<std::string> layers() const override { return {"first", "second"}; }
  torch::Tensor RunLayer(size_t index, const torch::Tensor& x) override {
    return torch::leaky_relu(index == 0 ? first_(x) : second_(x), 0.2);
  }
  torch::Tensor Embed(const torch::Tensor& x) override { return x.mean({2, 3}); }
  torch::Tensor Classify(const torch::Tensor& x) override { return fc_(x); }
  void set_layout(const ComputeLayout&) override {}

 private:
  static torch::nn::Conv2dOptions Options(int64_t in, int64_t out) {
    return torch::nn::Conv2dOptions(in, out, 3).stride(2).padding(1);
  }
  torch::nn::Conv2d first_, second_;
  torch::nn::Linear fc_;
};

TEST(GradCamTest, OfATrainedNetworkPeaksInTheFeatureItLearnt) {
  constexpr int64_t kSize = 32, kPatch = 6;
  torch::manual_seed(34);
  // Noise; every second image has a chequered patch, no brighter than the rest.
  const auto draw = [&](int64_t n, std::vector<std::array<int64_t, 2>>* corners) {
    torch::Tensor images = torch::rand({n, 1, kSize, kSize});
    images = torch::avg_pool2d(images, 3, 1, 1);
    const torch::Tensor board =
        ((torch::arange(kPatch).view({-1, 1}) + torch::arange(kPatch)) % 2)
            .to(torch::kFloat32);
    for (int64_t i = 0; i < n; i += 2) {
      const int64_t row = torch::randint(kSize - kPatch, {1}).item<int64_t>();
      const int64_t col = torch::randint(kSize - kPatch, {1}).item<int64_t>();
      images[i][0].narrow(0, row, kPatch).narrow(1, col, kPatch).copy_(board);
      if (corners != nullptr) corners->push_back({row, col});
    }
    return images;
  };
  const auto network = std::make_shared<PatchNetwork>();
  torch::optim::Adam optimizer(network->parameters(), 0.01);
  const torch::Tensor labels = (1 - torch::arange(32) % 2).to(torch::kFloat32);
  double loss = 1;
  for (int step = 0; step < 300; ++step) {
    optimizer.zero_grad();
    torch::Tensor error = torch::binary_cross_entropy_with_logits(
        network->forward(draw(32, nullptr)).flatten(), labels);
    error.backward();
    optimizer.step();
    loss = error.item<double>();
  }
  ASSERT_LT(loss, 0.2) << "it has not learnt what to look for";

  network->eval();
  std::vector<std::array<int64_t, 2>> corners;
  const torch::Tensor images = draw(40, &corners);
  GradCam cam = GradCam::Create({}, Head::kSigmoid, network).value();
  const torch::Tensor maps =
      UpsampleToUnitMaximum(cam.Maps(cam.Forward(images), {0}), kSize);
  int found = 0;
  for (size_t i = 0; i < corners.size(); ++i) {
    const auto peak = maps[2 * static_cast<int64_t>(i)][0].argmax().item<int64_t>();
    const auto within = [](int64_t at, int64_t from) {
      return at >= from - 2 && at < from + kPatch + 2;  // half a step of the features
    };
    found += within(peak / kSize, corners[i][0]) && within(peak % kSize, corners[i][1]);
  }
  EXPECT_GE(found, 19) << "of " << corners.size();
}

}  // namespace
}  // namespace airy::model
