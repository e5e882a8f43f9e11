#include "model/augmentation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/dataset.h"
#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

constexpr int kSize = 64;

// Bright, and different in every pixel.
torch::Tensor Ramp() {
  return torch::arange(kSize * kSize, torch::kFloat32).view({1, 1, kSize, kSize}) + 1;
}

// A ring of this radius around the centre.
torch::Tensor Ring(double radius_px) {
  const torch::Tensor along =
      torch::arange(kSize, torch::kFloat32) - static_cast<double>(kSize - 1) / 2;
  const torch::Tensor radius =
      (along.view({-1, 1}).square() + along.view({1, -1}).square()).sqrt();
  return (100 * (-(radius - radius_px).square() / 4).exp()).view({1, 1, kSize, kSize});
}

// Mean radius of the light, in pixels.
double LightRadius(const torch::Tensor& image) {
  const torch::Tensor along =
      torch::arange(kSize, torch::kFloat32) - static_cast<double>(kSize - 1) / 2;
  const torch::Tensor radius =
      (along.view({-1, 1}).square() + along.view({1, -1}).square()).sqrt();
  return (image * radius).sum().item<double>() / image.sum().item<double>();
}

torch::Tensor Changed(const torch::Tensor& image, const ImageChange& change) {
  return Augment(image, std::vector{change});
}

TEST(AugmentationTest, LeavesAnImageAloneByDefault) {
  EXPECT_TRUE(Changed(Ramp(), ImageChange{}).equal(Ramp()));
}

TEST(AugmentationTest, SymmetriesAreTheEightOfTheSquare) {
  const torch::Tensor image = torch::arange(kInputSize * kInputSize, torch::kFloat32)
                                  .view({1, 1, kInputSize, kInputSize});
  constexpr int64_t kLast = kInputSize - 1;
  for (int symmetry = 0; symmetry < 8; ++symmetry) {
    SCOPED_TRACE(symmetry);
    const torch::Tensor changed = Changed(image, {.symmetry = symmetry})[0][0];
    const int64_t row = 3, col = 50;
    const int64_t from_row = (symmetry & 2) != 0 ? kLast - row : row;
    const int64_t from_col = (symmetry & 1) != 0 ? kLast - col : col;
    const auto counts = (symmetry & 4) != 0 ? from_col * kInputSize + from_row
                                            : from_row * kInputSize + from_col;
    EXPECT_EQ(changed[row][col].item<int64_t>(), counts);
    EXPECT_EQ(changed.sum().item<float>(), image.sum().item<float>());
  }
}

TEST(AugmentationTest, AQuarterTurnIsASymmetry) {
  const torch::Tensor turned = Changed(Ramp(), {.rotation_deg = 90});
  EXPECT_TRUE(turned.allclose(torch::rot90(Ramp(), -1, {2, 3}), 1e-3, 0.1))
      << (turned - torch::rot90(Ramp(), -1, {2, 3})).abs().max();
  EXPECT_TRUE(
      Changed(Ramp(), {.rotation_deg = 180}).allclose(Ramp().flip({2, 3}), 1e-3, 0.1));
}

TEST(AugmentationTest, ATurnKeepsRings) {
  const torch::Tensor turned = Changed(Ring(16), {.rotation_deg = 33});
  EXPECT_LT((turned - Ring(16)).abs().max().item<float>(), 8) << "of 100";
}

TEST(AugmentationTest, ZoomMovesARing) {
  for (const double zoom : {0.8, 1.25}) {
    EXPECT_NEAR(LightRadius(Changed(Ring(16), {.zoom = zoom})), 16 * zoom, 0.5);
  }
}

TEST(AugmentationTest, JitterMovesTheCentre) {
  const torch::Tensor moved =
      Changed(Ramp(), {.shift_row_px = 3, .shift_col_px = -2})[0][0];
  const torch::Tensor ramp = Ramp()[0][0];
  EXPECT_NEAR(moved[33][20].item<float>(), ramp[30][22].item<float>(), 0.1);
  EXPECT_EQ(moved[1][20].item<float>(), 0) << "from outside";
}

TEST(AugmentationTest, GammaAndStrayLightAreWhatTheySay) {
  const torch::Tensor image = Ring(16);
  const torch::Tensor bent = Changed(image, {.gamma = 0.5});
  EXPECT_NEAR(bent.mean().item<float>(), image.mean().item<float>(), 1e-3);
  EXPECT_TRUE((bent / bent.max()).square().allclose(image / image.max(), 1e-3, 1e-4));

  const torch::Tensor lit = Changed(image, {.stray_share = 0.5, .stray_width_px = 20});
  EXPECT_NEAR(lit.mean().item<double>(), 1.5 * image.mean().item<double>(), 1e-3);
  const torch::Tensor glow = (lit - image)[0][0];
  EXPECT_GT(glow[32][32].item<float>(), glow[32][50].item<float>());
  EXPECT_GT(glow.min().item<float>(), 0);
}

TEST(AugmentationTest, ContrastSpreadsAroundTheMeanAndBrightnessMovesIt) {
  const torch::Tensor image = Ramp() + 1e4;
  const double mean = image.mean().item<double>();
  const torch::Tensor spread = Changed(image, {.contrast = 1.2});
  EXPECT_NEAR(spread.mean().item<double>(), mean, 0.01 * mean);
  EXPECT_NEAR(spread.std().item<double>(), 1.2 * image.std().item<double>(), 1);
  EXPECT_TRUE(
      Changed(image, {.brightness = -0.1}).allclose(image - 0.1 * mean, 1e-4, 1e-2));
  EXPECT_EQ(Changed(Ring(16), {.brightness = -0.2}).min().item<float>(), 0)
      << "no negative counts";
}

TEST(AugmentationTest, ThinningKeepsTheMeanAndAddsPhotonNoise) {
  const torch::Tensor image = torch::full({1, 1, kSize, kSize}, 8.0F);
  const torch::Tensor thin = Changed(image, {.photons_per_count = 0.25, .noise_seed = 5});
  // 2 photons a pixel: variance 2 / 0.25^2; 4096 pixels.
  EXPECT_NEAR(thin.mean().item<float>(), 8, 0.3);
  EXPECT_NEAR(thin.var().item<float>(), 32, 3);
  EXPECT_TRUE((thin * 0.25).equal((thin * 0.25).round())) << "not whole photons";
}

TEST(AugmentationTest, HolesAndSectorsMeasureNothing) {
  const torch::Tensor holed = Changed(Ramp(), {.hole_px = 10})[0][0];
  EXPECT_EQ(holed[31][31 + 9].item<float>(), 0);
  EXPECT_GT(holed[31][31 + 12].item<float>(), 0);
  EXPECT_NEAR((holed == 0).sum().item<int>(), M_PI * 100, 12);

  const torch::Tensor cut =
      Changed(Ramp(), {.sector_start_deg = 350, .sector_width_deg = 20})[0][0];
  EXPECT_EQ(cut[32][60].item<float>(), 0) << "across the turn from 360 to 0";
  EXPECT_EQ(cut[31][60].item<float>(), 0);
  EXPECT_GT(cut[32][4].item<float>(), 0);
  EXPECT_NEAR((cut == 0).sum().item<int>(), kSize * kSize * std::tan(M_PI / 18) / 4, 30);
}

TEST(AugmentationTest, AnImageChangesTheSameInAnyBatch) {
  AugmentationOptions options;
  for (const auto& row : kAugmentationNames) options.*row.probability = 0.5;
  const torch::Tensor images = torch::rand({6, 1, kSize, kSize}) * 50;
  std::vector<ImageChange> changes;
  for (int i = 0; i < 6; ++i) changes.push_back(DrawChange(options, 7, 3, i));
  const torch::Tensor together = Augment(images, changes);
  for (int i = 5; i >= 0; --i) {
    const torch::Tensor alone =
        Augment(images.narrow(0, i, 1), std::vector{DrawChange(options, 7, 3, i)});
    EXPECT_TRUE(alone[0].equal(together[i])) << i;
    EXPECT_FALSE(alone[0].equal(images[i])) << i;
  }
}

TEST(AugmentationTest, DrawsWhatTheProbabilitiesSay) {
  AugmentationOptions options;
  options.symmetry = 1;
  options.zoom = 0.25;
  options.gain = 1;
  constexpr int kDraws = 8000;
  std::array<int, 8> symmetries{};
  int zoomed = 0;
  double log_gains = 0;
  for (int i = 0; i < kDraws; ++i) {
    const ImageChange change = DrawChange(options, 4, /*epoch=*/i % 7, /*index=*/i);
    ++symmetries[static_cast<size_t>(change.symmetry)];
    zoomed += change.zoom != 1 ? 1 : 0;
    EXPECT_GE(change.zoom, 0.8);
    EXPECT_LE(change.zoom, 1.25);
    EXPECT_EQ(change.rotation_deg, 0);
    EXPECT_EQ(change.photons_per_count, 0);
    EXPECT_GE(change.gain, 0.3);
    EXPECT_LE(change.gain, 3.0);
    log_gains += std::log(change.gain);
  }
  for (const int count : symmetries) EXPECT_NEAR(count, kDraws / 8, 150);
  EXPECT_NEAR(zoomed, kDraws / 4, 150);
  // The mean of log gain is log sqrt(0.3 * 3), its error 0.66 / sqrt(8000).
  EXPECT_NEAR(log_gains / kDraws, std::log(std::sqrt(0.9)), 0.03);
}

TEST(AugmentationTest, OneProbabilityDoesNotMoveOtherDraws) {
  AugmentationOptions few;
  few.zoom = 1;
  few.gain = 1;
  AugmentationOptions all = few;
  for (const auto& row : kAugmentationNames) all.*row.probability = 1;
  const ImageChange one = DrawChange(few, 4, 2, 9);
  const ImageChange other = DrawChange(all, 4, 2, 9);
  EXPECT_EQ(one.zoom, other.zoom);
  EXPECT_EQ(one.gain, other.gain);
  EXPECT_NE(one.noise_seed, DrawChange(few, 4, 3, 9).noise_seed) << "epochs differ";
}

TEST(AugmentationTest, MapsAreNotMirroredOrTurned) {
  AugmentationOptions options;
  for (const auto& row : kAugmentationNames) options.*row.probability = 1;
  const AugmentationOptions maps = ForCcfMaps(options);
  EXPECT_EQ(maps.flip + maps.symmetry + maps.rotation, 0);
  EXPECT_EQ(maps.zoom, 1);
  EXPECT_EQ(maps.hole, 1);
}

}  // namespace
}  // namespace airy::model
