#include "model/simulation/pattern.h"

#include <gtest/gtest.h>

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
    std::vector<float> photons(edge * edge);
    map.AddPattern(light, 1e6, &photons);
    map.AddStray(2000, 3000, 2, &photons);
    double sum = 0;
    for (float value : photons) sum += static_cast<double>(value);
    EXPECT_NEAR(sum, 1.005e6, 100) << size;
    EXPECT_EQ(photons[0], 0);
    EXPECT_EQ(photons[edge / 2 * edge + edge / 2], 0);
    EXPECT_GT(photons[edge / 2 * edge + edge / 4], 0);
  }
}

}  // namespace
}  // namespace airy::simulation
