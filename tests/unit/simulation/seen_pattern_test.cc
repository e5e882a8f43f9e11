#include "model/simulation/seen_pattern.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/simulation/helium.h"

namespace airy::simulation {
namespace {

struct Seen {
  double photons, asymmetry, concentration;
};
Seen See(const Droplet& droplet, double photons) {
  Scene scene;
  scene.photon_energy_ev = 20.2;
  scene.droplet = droplet;
  scene.photons = photons;
  scene.hole_deg = 2;
  const FarField field = FarField::Of(droplet, HeliumAt(scene.photon_energy_ev));
  const SeenPattern seen(scene, field);
  return {seen.photons(), seen.Asymmetry(), seen.Concentration()};
}

TEST(SeenPatternTest, SphereIsSymmetricAndSpreadsItsLightEvenly) {
  const Seen seen = See(Droplet::Sphere(350), 1e8);
  EXPECT_LT(seen.asymmetry, 0.005);
  EXPECT_NEAR(See(Droplet::Oblate(350, 0.95, AxisOf(0, 20)), 1e6).concentration, 1, 0.2);
}

TEST(SeenPatternTest, CapsuleAcrossTheBeamIsSymmetricAndConcentratesItsLight) {
  const Seen seen = See(Droplet::Capsule(350, 2.5, AxisOf(0, 20)), 1e8);
  EXPECT_LT(seen.asymmetry, 0.005);
  EXPECT_GT(seen.concentration, 1.8);
}

TEST(SeenPatternTest, StreakIsFollowedWhereItBends) {
  const Seen seen = See(Droplet::Capsule(350, 2.5, AxisOf(30, 75)), 1e6);
  EXPECT_GT(seen.concentration, 1.8);
}

TEST(SeenPatternTest, TiltedDropletLosesItsSymmetryOnceThePhotonsShowIt) {
  const Droplet capsule = Droplet::Capsule(350, 2.5, AxisOf(40, 75));
  EXPECT_GT(See(capsule, 1e6).asymmetry, 0.15);
  EXPECT_EQ(See(capsule, 1000).asymmetry, 0);
}

TEST(SeenPatternTest, PhotonsOfTheAnnulusAreAPartOfAll) {
  for (const double radius_nm : {90.0, 300.0, 1000.0}) {
    const double photons = See(Droplet::Sphere(radius_nm), 1000).photons;
    EXPECT_GT(photons, 100) << radius_nm;
    EXPECT_LT(photons, 1000) << radius_nm;
  }
}

}  // namespace
}  // namespace airy::simulation
