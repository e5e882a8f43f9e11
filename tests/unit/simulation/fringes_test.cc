#include "model/simulation/fringes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/simulation/helium.h"
#include "model/simulation/labels.h"

namespace airy::simulation {
namespace {

Scene Pair(double radius_nm, double companion_nm, const Vector3& separation_um,
           bool coherent, double photons = 1e6) {
  Scene scene;
  scene.photon_energy_ev = 20;
  scene.droplet = Droplet::Sphere(radius_nm);
  scene.companions = {Companion{companion_nm, separation_um, 1, coherent}};
  scene.photons = photons;
  scene.hole_deg = 2;
  return scene;
}

Labels LabelsOfScene(const Scene& scene) {
  return LabelsOf(Describe(scene, Light(scene)));
}

const Vector3 kTowards15Degrees = {std::sin(0.26), 0, std::cos(0.26)};

Vector3 Along(const Vector3& direction, double distance_um) {
  return {direction[0] * distance_um, direction[1] * distance_um,
          direction[2] * distance_um};
}

TEST(FringesTest, PairAlongTheBeamShowsNewtonRingsIfTheyAreVisible) {
  const auto newton = [](const Scene& scene) {
    return LabelsOfScene(scene)[kNewtonRings];
  };
  EXPECT_TRUE(newton(Pair(300, 300, Along(kTowards15Degrees, 30), true)));
  EXPECT_TRUE(newton(Pair(300, 300, Along(kTowards15Degrees, -30), true)));
  EXPECT_FALSE(newton(Pair(300, 300, Along(kTowards15Degrees, 30), false)));
  EXPECT_FALSE(newton(Pair(300, 300, Along(kTowards15Degrees, 300), true)));  // too fine
  EXPECT_FALSE(newton(Pair(300, 300, {0, 0, 30}, true)));  // around the hole
  EXPECT_FALSE(newton(Pair(300, 300, {30, 0, 0}, true)));  // centre beyond the plate
  Scene dim = Pair(300, 300, Along(kTowards15Degrees, 30), true);
  dim.companions.front().amplitude = 0.05;
  EXPECT_FALSE(newton(dim));
  EXPECT_FALSE(newton(Pair(300, 300, Along(kTowards15Degrees, 30), true, 300)));
}

TEST(FringesTest, PairOfTwoSizesShowsDoubleRings) {
  const auto double_rings = [](const Scene& scene) {
    return LabelsOfScene(scene)[kDoubleRings];
  };
  EXPECT_TRUE(double_rings(Pair(300, 420, {10, 0, 300}, false)));
  EXPECT_FALSE(double_rings(Pair(300, 310, {10, 0, 300}, false)));  // one period
  EXPECT_FALSE(double_rings(Pair(300, 80, {10, 0, 300}, false)));   // too faint
}

TEST(FringesTest, ClosePairSideBySideShowsALattice) {
  const auto layered = [](const Scene& scene) { return LabelsOfScene(scene)[kLayered]; };
  EXPECT_TRUE(layered(Pair(250, 250, {0, 0.9, 0.1}, true)));
  EXPECT_FALSE(layered(Pair(250, 250, {0, 6, 0.1}, true)));  // fringes too fine
  EXPECT_FALSE(layered(Pair(400, 30, {0, 0.9, 0.1}, true)));
}

TEST(FringesTest, BrighterNeighbourHidesMoreThanTheLattice) {
  const auto labels = [](double amplitude) {
    Scene scene = Pair(250, 250, {0, 0.9, 0.1}, true);
    scene.companions.front().amplitude = amplitude;
    return LabelsOfScene(scene);
  };
  const Labels faint = labels(0.3), middling = labels(0.6), bright = labels(1);
  for (const Labels& any : {faint, middling, bright}) EXPECT_EQ(any[kLayered], 1);
  EXPECT_EQ(faint[kSphericalOblate], 1);
  EXPECT_EQ(faint[kRound], 1);
  EXPECT_EQ(middling[kSphericalOblate], 1);
  EXPECT_EQ(middling[kRound], 0);
  EXPECT_EQ(bright[kSphericalOblate], 0);
  EXPECT_EQ(bright[kRound], 0);
}

TEST(FringesTest, ThirdDropletAddsItsOwnSign) {
  Scene scene = Pair(250, 250, {0, 0.9, 0.1}, true);
  scene.companions.front().amplitude = 0.45;
  scene.companions.push_back({250, Along(kTowards15Degrees, 30), 1, true});
  const Labels labels = LabelsOfScene(scene);
  EXPECT_EQ(labels[kLayered], 1);
  EXPECT_EQ(labels[kNewtonRings], 1);
}

TEST(FringesTest, SecondColourShowsDoubleRingsWhereItIsStrongEnough) {
  const auto double_rings = [](double weight) {
    Scene scene;
    scene.photon_energy_ev = 19.8;
    scene.droplet = Droplet::Sphere(350);
    scene.second_colour = SecondColour{39.6, weight};
    scene.photons = 1e6;
    scene.hole_deg = 2;
    return LabelsOfScene(scene)[kDoubleRings];
  };
  EXPECT_EQ(double_rings(10), 1);
  EXPECT_EQ(double_rings(0.01), 0);
}

}  // namespace
}  // namespace airy::simulation
