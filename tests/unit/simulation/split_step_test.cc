#include "model/simulation/split_step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

double NormBehind(const OpticalSlices& optics) {
  SplitStep wave(optics);
  wave.CrossAll();
  return wave.Norm();
}

TEST(SplitStepTest, KeepsTheEnergyOfALosslessDroplet) {
  const Medium clear{62, {1.127, 0}};
  for (const Droplet& droplet :
       {Droplet::Sphere(335), Droplet::TwoLobed(300, 1.1, {0.6, 0, 0.8})}) {
    const OpticalSlices optics(droplet, clear, c10::DeviceType::CPU);
    EXPECT_NEAR(NormBehind(optics), 1, 2e-3);
  }
}

TEST(SplitStepTest, LosesWhatTheDropletAbsorbs) {
  // A faint absorber takes 2 k beta times its volume from the beam.
  const Medium grey{62, {1, 1e-4}};
  const double radius_nm = 200;
  const OpticalSlices optics(Droplet::Sphere(radius_nm), grey, c10::DeviceType::CPU);
  const double area = std::pow(optics.grid().edge() * optics.grid().step_nm(), 2);
  const double absorbed =
      2 * optics.k() * 1e-4 * 4 * std::numbers::pi / 3 * std::pow(radius_nm, 3);
  EXPECT_NEAR((1 - NormBehind(optics)) * area / absorbed, 1, 0.02);
}

// Only the core of a droplet absorbs: as much as a droplet of its size.
TEST(SplitStepTest, CoreAbsorbsLikeADropletOfItsSize) {
  const Medium clear{62, {1, 0}}, grey{62, {1, 1e-4}};
  const OpticalSlices filled(Droplet::Sphere(300).WithCore(0.5, grey.index), clear,
                             c10::DeviceType::CPU);
  const OpticalSlices bare(Droplet::Sphere(150), grey, c10::DeviceType::CPU);
  const auto loss = [](const OpticalSlices& optics) {
    return (1 - NormBehind(optics)) *
           std::pow(optics.grid().edge() * optics.grid().step_nm(), 2);
  };
  EXPECT_NEAR(loss(filled) / loss(bare), 1, 0.02);
}

}  // namespace
}  // namespace airy::simulation
