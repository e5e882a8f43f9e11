#include "model/simulation/scene.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "model/simulation/pattern.h"

namespace airy::simulation {
namespace {

Scene Pair(const Vector3& separation_um, bool coherent) {
  Scene scene;
  scene.photon_energy_ev = 20;
  scene.droplet = Droplet::Sphere(120);
  scene.companion = Companion{120, separation_um, 1, coherent};
  scene.photons = 1e6;
  scene.hole_deg = 2;
  return scene;
}

// In the plane y = 0; a pixel without extent unless given.
double IntensityAt(const Light& light, double theta_rad, float pitch = 0) {
  return static_cast<double>(light.Intensity(static_cast<float>(std::sin(theta_rad)), 0,
                                             static_cast<float>(std::cos(theta_rad)),
                                             pitch));
}

TEST(LightTest, ClosePairInterferesLikeYoungsTwoHoles) {
  const double distance_um = 1.5;
  const Light light(Pair({distance_um, 0, 0}, true));
  const double wavelength_um = HeliumAt(20).wavelength_nm / 1000;
  for (int order = 1; order <= 8; ++order) {
    const double bright = std::asin(order * wavelength_um / distance_um);
    const double dark = std::asin((order - 0.5) * wavelength_um / distance_um);
    const auto alone = [&](double theta) {
      return static_cast<double>(
          light.droplet().Intensity(static_cast<float>(std::sin(theta)), 0));
    };
    EXPECT_NEAR(IntensityAt(light, bright) / alone(bright), 4, 0.01);
    EXPECT_NEAR(IntensityAt(light, dark) / alone(dark), 0, 0.01);
  }
}

// psi = k (n - z) . separation is stationary where n points along the separation, and a
// fringe further where the angle from there is sqrt(2 m lambda / distance).
TEST(LightTest, DistantPairShowsRingsAroundTheDirectionOfItsSeparation) {
  const double distance_um = 50, centre_rad = 0.25;
  const Light light(Pair(
      {distance_um * std::sin(centre_rad), 0, distance_um * std::cos(centre_rad)}, true));
  const double wavelength_um = HeliumAt(20).wavelength_nm / 1000;
  const auto contrast = [&](double theta) {
    return IntensityAt(light, theta) / (2 * static_cast<double>(light.droplet().Intensity(
                                                static_cast<float>(std::sin(theta)), 0)));
  };
  for (int order = 1; order <= 5; ++order) {
    const double ring = std::sqrt(2 * order * wavelength_um / distance_um);
    EXPECT_NEAR(contrast(centre_rad + ring), contrast(centre_rad), 0.05) << order;
    EXPECT_NEAR(contrast(centre_rad - ring), contrast(centre_rad), 0.05) << order;
  }
}

TEST(LightTest, FringesFinerThanAPixelVanish) {
  const Scene coherent = Pair({300, 0, 0}, true);
  const Light light(coherent);
  const Light incoherent(Pair({300, 0, 0}, false));
  const float pitch = 75.0F / 1035 / 65;
  for (double theta = 0.1; theta < 0.5; theta += 0.0137) {
    EXPECT_NEAR(IntensityAt(light, theta, pitch) / IntensityAt(incoherent, theta), 1,
                0.01);
  }
}

TEST(PhotonMapTest, HoldsThePhotonsItIsGivenAndNoneInHoleOrCorners) {
  const Scene scene = Pair({20, 5, 60}, true);
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
