#include "model/simulation/light.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "model/simulation/helium.h"

namespace airy::simulation {
namespace {

Scene Pair(const Vector3& separation_um, bool coherent) {
  Scene scene;
  scene.photon_energy_ev = 20;
  scene.droplet = Droplet::Sphere(120);
  scene.companions = {Companion{120, separation_um, 1, coherent}};
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

// In the plane y = 0 and without extent: the sum over the fields' amplitudes.
TEST(LightTest, ThreeDropletsInterfereInPairs) {
  Scene scene = Pair({2, 0, 1}, true);
  scene.companions.push_back({90, {-1, 0, 3}, 0.5, true});
  const Light light(scene);
  const double k_per_um = 2 * std::numbers::pi / HeliumAt(20).wavelength_nm * 1000;
  for (double theta = 0.1; theta < 0.5; theta += 0.0137) {
    const auto s = static_cast<float>(std::sin(theta));
    std::complex<double> field(light.droplet().At(s, 0));
    for (size_t i = 0; i < 2; ++i) {
      const Companion& companion = scene.companions[i];
      const double psi = k_per_um * (companion.separation_um[0] * std::sin(theta) +
                                     companion.separation_um[2] * (std::cos(theta) - 1));
      field += companion.amplitude * std::polar(1.0, -psi) *
               std::complex<double>(light.companion(i).At(s, 0));
    }
    EXPECT_NEAR(IntensityAt(light, theta) / std::norm(field), 1, 0.005) << theta;
  }
}

TEST(LightTest, IncoherentCompanionAddsItsIntensityAlone) {
  Scene scene = Pair({2, 0, 1}, true);
  const Light pair(scene);
  scene.companions.push_back({90, {-1, 0, 3}, 0.5, false});
  const Light light(scene);
  for (double theta = 0.1; theta < 0.5; theta += 0.0137) {
    const double third = static_cast<double>(
        light.companion(1).Intensity(static_cast<float>(std::sin(theta)), 0));
    EXPECT_NEAR(IntensityAt(light, theta) / (IntensityAt(pair, theta) + 0.25 * third), 1,
                1e-5);
  }
}

TEST(LightTest, SecondColourAddsTheIntensityOfTheSameDroplets) {
  Scene scene = Pair({2, 0, 1}, true);
  const Light first(scene);
  scene.second_colour = SecondColour{32, 0.3};
  const Light both(scene);
  scene.second_colour.reset();
  scene.photon_energy_ev = 32;
  const Light second(scene);
  for (double theta = 0.1; theta < 0.5; theta += 0.0137) {
    EXPECT_NEAR(IntensityAt(both, theta) /
                    (IntensityAt(first, theta) + 0.3 * IntensityAt(second, theta)),
                1, 1e-5);
  }
}

}  // namespace
}  // namespace airy::simulation
