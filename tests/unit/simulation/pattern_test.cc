#include "model/simulation/pattern.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/unit/simulation/simd_levels.h"

namespace airy::simulation {
namespace {

TEST(PhotonMapTest, HoldsThePhotonsItIsGivenAndNoneInHoleOrCorners) {
  Scene scene;
  scene.photon_energy_ev = 20;
  scene.droplet = Droplet::Sphere(120);
  scene.companions = {Companion{120, {20, 5, 60}, 1, true}};
  const Light light(scene);
  for (int size : {64, 224, 1035}) {
    const double middle = 0.5 * (size - 1);
    const PhotonMap map(size, {middle, middle, 4});
    const auto edge = static_cast<size_t>(size);
    const std::vector<float> photons = map.Photons(&light, 1e6, {2000, 3000, 2, {}});
    double sum = 0;
    for (float value : photons) sum += static_cast<double>(value);
    EXPECT_NEAR(sum, 1.005e6, 100) << size;
    EXPECT_EQ(photons[0], 0);
    EXPECT_EQ(photons[edge / 2 * edge + edge / 2], 0);
    EXPECT_GT(photons[edge / 2 * edge + edge / 4], 0);
  }
}

Scene Sphere() {
  Scene scene;
  scene.photon_energy_ev = 24.8;
  scene.droplet = Droplet::Sphere(300);
  return scene;
}

double Sum(const std::vector<float>& map) {
  double sum = 0;
  for (float value : map) sum += static_cast<double>(value);
  return sum;
}

TEST(PhotonMapTest, CorrectedMapLacksTheCubeOfTheCosine) {
  const Light light(Sphere());
  constexpr int kSize = 900;
  const double middle = 0.5 * (kSize - 1);
  const PlatePlacement placement{middle, middle, 2};
  const auto raw = PhotonMap(kSize, placement).Photons(&light, 1e6, {});
  const auto corrected = PhotonMap(kSize, placement, true).Photons(&light, 1e6, {});
  const auto ratio = [&](int off_middle) {
    const size_t at =
        size_t{kSize} * (kSize / 2) + static_cast<size_t>(kSize / 2 + off_middle);
    return static_cast<double>(raw[at] / corrected[at]);
  };
  const auto cosine = [&](int off_middle) {
    return std::cos(std::atan((off_middle + 0.5) / kSize * 75 / 65));
  };
  EXPECT_NEAR(ratio(420) / ratio(100), std::pow(cosine(420) / cosine(100), 3), 0.001);
  EXPECT_NEAR(Sum(raw), 1e6, 100);
  EXPECT_NEAR(Sum(corrected), 1e6, 100);
}

TEST(PhotonMapTest, StreakRunsThroughTheBeamAcrossThePlate) {
  constexpr int kSize = 1035;
  StrayLight stray{1000, 1000, 2, {}};
  const PhotonMap map(kSize, {500, 520, 3});
  const auto without = map.Photons(nullptr, 0, stray);
  for (bool vertical : {false, true}) {
    stray.streak = StrayLight::Streak{vertical, 300, 3};
    const auto with = map.Photons(nullptr, 0, stray);
    const auto extra = [&](int down, int right) {
      const size_t at = static_cast<size_t>((500 + down) * kSize + 520 + right);
      return static_cast<double>(with[at] - without[at]);
    };
    EXPECT_GT(vertical ? extra(100, 0) : extra(0, 100), 0.01);
    EXPECT_LT(vertical ? extra(0, 100) : extra(100, 0), 1e-6);
    EXPECT_EQ(extra(0, 0), 0);  // the hole
    EXPECT_LT(Sum(with) - Sum(without), 301);
    EXPECT_GT(Sum(with) - Sum(without), 150);
  }
}

TEST(PhotonMapTest, MapsAreTheSameAtEveryLevel) {
  const Light light(Sphere());
  for (int size : {224, 1035}) {
    const auto map_at = [&](transform::SimdLevel simd) {
      return PhotonMap(size, {0.49 * size, 0.5 * size, 3}, false, simd)
          .Photons(&light, 1e6, {1000, 1000, 2, {}});
    };
    for (transform::SimdLevel simd : SimdLevels()) {
      EXPECT_EQ(map_at(simd), map_at(transform::SimdLevel::kBaseline)) << size;
    }
  }
}

}  // namespace
}  // namespace airy::simulation
