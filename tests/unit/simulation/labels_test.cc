#include "model/simulation/labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/simulation/proposal.h"

namespace airy::simulation {
namespace {

Descriptors Oblate(double projected_ratio, double asymmetry) {
  Descriptors d;
  d.axis_ratio = 0.85;
  d.projected_ratio = projected_ratio;
  d.asymmetry = asymmetry;
  return d;
}

Descriptors Prolate(double elongation, double tilt_deg, double asymmetry) {
  Descriptors d;
  d.prolate = true;
  d.elongation = elongation;
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

TEST(LabelsTest, AsymmetricHasAThresholdPerBranch) {
  EXPECT_EQ(LabelsOf(Oblate(0.8, 0.06)),
            Of({kSphericalOblate, kElliptical, kAsymmetric}));
  EXPECT_EQ(LabelsOf(Oblate(0.8, 0.04)), Of({kSphericalOblate, kElliptical}));
  EXPECT_EQ(LabelsOf(Prolate(2, 5, 0.23)), Of({kProlate, kStreak}));
  EXPECT_EQ(LabelsOf(Prolate(2, 5, 0.25)), Of({kProlate, kStreak, kAsymmetric}));
}

TEST(LabelsTest, RoundIsAsymmetricOnlyWhereVeryFlatAndVeryMuchSo) {
  EXPECT_EQ(LabelsOf(Oblate(0.95, 0.4)), Of({kSphericalOblate, kRound}));
  Descriptors flat = Oblate(0.95, 0.12);
  flat.axis_ratio = 0.7;
  EXPECT_EQ(LabelsOf(flat), Of({kSphericalOblate, kRound, kAsymmetric}));
  flat.asymmetry = 0.08;
  EXPECT_EQ(LabelsOf(flat), Of({kSphericalOblate, kRound}));
}

TEST(LabelsTest, StreakAndBentFollowTheTiltOutOfTheDetectorPlane) {
  EXPECT_EQ(LabelsOf(Prolate(2, 8, 0)), Of({kProlate, kStreak}));
  EXPECT_EQ(LabelsOf(Prolate(2, 9, 0)), Of({kProlate, kStreak, kBent}));
  EXPECT_EQ(LabelsOf(Prolate(2, 37, 0)), Of({kProlate, kStreak, kBent}));
  EXPECT_EQ(LabelsOf(Prolate(2, 39, 0)), Of({kProlate, kBent}));
  EXPECT_EQ(LabelsOf(Prolate(1.35, 5, 0)), Of({kProlate}));
}

TEST(LabelsTest, StreakNeedsLightThatIsConcentratedInIt) {
  Descriptors d = Prolate(2, 5, 0);
  d.concentration = 1.4;
  EXPECT_EQ(LabelsOf(d), Of({kProlate}));
  d.concentration = 3.2;  // nothing else is seen
  EXPECT_EQ(LabelsOf(d), Of({kStreak}));
}

TEST(LabelsTest, LongDropletSeenFromItsEndIsRound) {
  EXPECT_EQ(LabelsOf(Prolate(2, 80, 0)), Of({kSphericalOblate, kRound}));
  Descriptors short_one = Prolate(1.2, 60, 0);
  short_one.projected_ratio = 0.95;
  EXPECT_EQ(LabelsOf(short_one), Of({kSphericalOblate, kRound}));
}

TEST(LabelsTest, LatticeHidesTheFormOfTheRingsThenTheRings) {
  Descriptors d;
  d.lattice = 0.5;
  EXPECT_EQ(LabelsOf(d), Of({kSphericalOblate, kRound, kLayered}));
  d.lattice = 0.85;
  EXPECT_EQ(LabelsOf(d), Of({kSphericalOblate, kLayered}));
  d.lattice = 0.95;
  EXPECT_EQ(LabelsOf(d), Of({kLayered}));
  Descriptors prolate = Prolate(2, 20, 0);
  prolate.lattice = 0.95;
  EXPECT_EQ(LabelsOf(prolate), Of({kStreak, kBent, kLayered}));
}

TEST(LabelsTest, TwoLobesSideBySideAreLayered) {
  Descriptors d = Prolate(2, 20, 0);
  d.two_lobes = true;
  EXPECT_EQ(LabelsOf(d), Of({kProlate, kStreak, kBent, kLayered}));
}

TEST(LabelsTest, EmptyExcludesEverything) {
  EXPECT_EQ(EmptyLabels(), Of({kEmpty}));
  Descriptors unseen = Prolate(2, 20, 0.5);
  unseen.newton_fringes = unseen.two_ring_systems = true;
  unseen.visible = false;
  EXPECT_EQ(LabelsOf(unseen), Of({kEmpty}));
}

// Scenes from physics alone, and the labels of their geometry.
struct GeometryShot {
  Scene scene;
  Descriptors descriptors;
  Labels labels;
};
const std::vector<GeometryShot>& PhysicsShots() {
  static const std::vector<GeometryShot> shots = [] {
    const Proposal proposal{SceneRanges{}};
    std::vector<GeometryShot> drawn;
    for (uint64_t i = 0; i < 40'000; ++i) {
      Random random(11, i, 0);
      const Scene scene = proposal.Draw(&random);
      const Descriptors descriptors = DescribeGeometry(scene);
      drawn.push_back({scene, descriptors, LabelsOf(descriptors)});
    }
    return drawn;
  }();
  return shots;
}

double Share(int of, int all) { return static_cast<double>(of) / all; }

TEST(LabelsTest, PhysicsAloneHasTheSharesOfTheRealData) {
  int oblate = 0, elliptical = 0, prolate = 0, streak = 0, bent = 0, both = 0;
  for (const GeometryShot& shot : PhysicsShots()) {
    const Labels& l = shot.labels;
    oblate += l[kSphericalOblate];
    elliptical += l[kElliptical];
    prolate += l[kProlate];
    streak += l[kStreak];
    bent += l[kBent];
    both += l[kStreak] && l[kBent];
  }
  EXPECT_NEAR(Share(elliptical, oblate), 0.11, 0.02);
  EXPECT_NEAR(Share(prolate, oblate + prolate), 0.060, 0.005);
  EXPECT_GT(Share(both, prolate), 0.37);
  EXPECT_LT(Share(both, prolate), 0.42);
  EXPECT_NEAR(Share(streak, prolate), 0.52, 0.04);
  EXPECT_NEAR(Share(bent, prolate), 0.86, 0.03);
}

TEST(LabelsTest, GeometryRulesHoldForAnyScene) {
  for (const GeometryShot& shot : PhysicsShots()) {
    const Labels& l = shot.labels;
    const Droplet& droplet = shot.scene.droplet;
    ASSERT_TRUE(KeepsHardRules(l));
    ASSERT_EQ(l[kSphericalOblate] + l[kProlate], 1);
    ASSERT_EQ(l[kRound] + l[kElliptical], l[kSphericalOblate]);
    const bool rotund = droplet.shape() == Droplet::Shape::kSphere ||
                        droplet.shape() == Droplet::Shape::kOblate;
    if (rotund) {
      ASSERT_EQ(l[kSphericalOblate], 1);
      ASSERT_EQ(l[kElliptical], droplet.ProjectedRatio() < 0.93);
    } else if (droplet.TiltDeg() >= 78) {
      ASSERT_EQ(l[kRound], 1);
    } else if (droplet.ProjectedRatio() < 0.93) {
      ASSERT_EQ(l[kProlate], 1);
      ASSERT_EQ(l[kBent], droplet.TiltDeg() > 8.5);
      if (l[kStreak]) {
        ASSERT_LT(droplet.TiltDeg(), 38);
        ASSERT_GE(droplet.axis_ratio(), 1.4);
      }
    }
    if (l[kLayered]) {
      ASSERT_TRUE(
          droplet.shape() == Droplet::Shape::kFissionPair ||
          (droplet.shape() == Droplet::Shape::kTwoLobed && droplet.ratios()[0] < 1.08));
    }
  }
}

TEST(LabelsTest, WhatNeedsNoPatternHasTheSameLabelsWithIt) {
  const auto& shots = PhysicsShots();
  for (size_t i = 0; i < 40; ++i) {
    const Scene& scene = shots[i].scene;
    if (NeedsPattern(scene, shots[i].descriptors)) continue;
    EXPECT_EQ(LabelsOf(Describe(scene, Light(scene))), shots[i].labels);
  }
}

TEST(LabelsTest, HitOfAFewPhotonsIsEmpty) {
  Scene scene;
  scene.photon_energy_ev = 20;
  scene.droplet = Droplet::Sphere(300);
  scene.hole_deg = 2;
  const auto labels = [&](double photons) {
    scene.photons = photons;
    return LabelsOf(Describe(scene, Light(scene)));
  };
  EXPECT_EQ(labels(40), EmptyLabels());
  EXPECT_EQ(labels(500), Of({kSphericalOblate, kRound}));
}

}  // namespace
}  // namespace airy::simulation
