#include "model/simulation/labels.h"

#include <gtest/gtest.h>

#include <cmath>

namespace airy::simulation {
namespace {

Descriptors Oblate(double projected_ratio, double asymmetry) {
  Descriptors d;
  d.shape = Droplet::Shape::kOblate;
  d.axis_ratio = 0.7;
  d.projected_ratio = projected_ratio;
  d.asymmetry = asymmetry;
  return d;
}

Descriptors Capsule(double axis_ratio, double tilt_deg, double asymmetry) {
  Descriptors d;
  d.shape = Droplet::Shape::kCapsule;
  d.axis_ratio = axis_ratio;
  d.projected_ratio = 0.5;
  d.tilt_deg = tilt_deg;
  d.asymmetry = asymmetry;
  return d;
}

Labels Of(std::initializer_list<int> classes) {
  Labels labels{};
  for (int i : classes) labels[static_cast<size_t>(i)] = 1;
  return labels;
}

TEST(LabelsTest, OblateIsRoundOrEllipticalByItsProjection) {
  EXPECT_EQ(LabelsOf(Descriptors{}), Of({kSphericalOblate, kRound}));
  EXPECT_EQ(LabelsOf(Oblate(0.94, 0)), Of({kSphericalOblate, kRound}));
  EXPECT_EQ(LabelsOf(Oblate(0.92, 0)), Of({kSphericalOblate, kElliptical}));
}

TEST(LabelsTest, AsymmetricHasAThresholdPerBranchAndNeverGoesWithRound) {
  EXPECT_EQ(LabelsOf(Oblate(0.8, 0.08)),
            Of({kSphericalOblate, kElliptical, kAsymmetric}));
  EXPECT_EQ(LabelsOf(Oblate(0.95, 0.4)), Of({kSphericalOblate, kRound}));
  EXPECT_EQ(LabelsOf(Capsule(2, 5, 0.26)), Of({kProlate, kStreak}));
  EXPECT_EQ(LabelsOf(Capsule(2, 5, 0.28)), Of({kProlate, kStreak, kAsymmetric}));
}

TEST(LabelsTest, StreakAndBentFollowTheTiltOutOfTheDetectorPlane) {
  EXPECT_EQ(LabelsOf(Capsule(2, 8, 0)), Of({kProlate, kStreak}));
  EXPECT_EQ(LabelsOf(Capsule(2, 9, 0)), Of({kProlate, kStreak, kBent}));
  EXPECT_EQ(LabelsOf(Capsule(2, 30, 0)), Of({kProlate, kStreak, kBent}));
  EXPECT_EQ(LabelsOf(Capsule(2, 32, 0)), Of({kProlate, kBent}));
  EXPECT_EQ(LabelsOf(Capsule(1.35, 5, 0)), Of({kProlate}));
}

TEST(LabelsTest, CapsuleSeenFromItsEndIsRound) {
  EXPECT_EQ(LabelsOf(Capsule(2, 80, 0)), Of({kSphericalOblate, kRound}));
}

TEST(LabelsTest, EmptyExcludesEverything) { EXPECT_EQ(EmptyLabels(), Of({kEmpty})); }

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

TEST(LabelsTest, PairAlongTheBeamShowsNewtonRingsIfTheyAreVisible) {
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

TEST(LabelsTest, PairOfTwoSizesShowsDoubleRings) {
  const auto double_rings = [](const Scene& scene) {
    return LabelsOfScene(scene)[kDoubleRings];
  };
  EXPECT_TRUE(double_rings(Pair(300, 420, {10, 0, 300}, false)));
  EXPECT_FALSE(double_rings(Pair(300, 310, {10, 0, 300}, false)));  // one period
  EXPECT_FALSE(double_rings(Pair(300, 80, {10, 0, 300}, false)));   // too faint
}

TEST(LabelsTest, ClosePairSideBySideShowsALattice) {
  const auto layered = [](const Scene& scene) { return LabelsOfScene(scene)[kLayered]; };
  EXPECT_TRUE(layered(Pair(250, 250, {0, 0.9, 0.1}, true)));
  EXPECT_FALSE(layered(Pair(250, 250, {0, 6, 0.1}, true)));  // fringes too fine
  EXPECT_FALSE(layered(Pair(400, 30, {0, 0.9, 0.1}, true)));
}

}  // namespace
}  // namespace airy::simulation
