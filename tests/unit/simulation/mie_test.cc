#include "model/simulation/mie.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace airy::simulation {
namespace {

using Complex = std::complex<double>;

struct Reference {
  double size_parameter;
  Complex index;
  double extinction;
  double scattering;
};

// The printed output of Bohren and Huffman's BHMIE (appendix A), and the test cases of
// Wiscombe, NCAR/TN-140+STR (1979).
class MieEfficiencyTest : public ::testing::TestWithParam<Reference> {};

TEST_P(MieEfficiencyTest, AgreesWithPublishedValues) {
  const Reference& reference = GetParam();
  const MieSphere sphere(reference.size_parameter, reference.index);
  EXPECT_NEAR(sphere.ExtinctionEfficiency() / reference.extinction, 1, 2e-5);
  EXPECT_NEAR(sphere.ScatteringEfficiency() / reference.scattering, 1, 2e-5);
}

INSTANTIATE_TEST_SUITE_P(
    Published, MieEfficiencyTest,
    ::testing::Values(
        Reference{2 * std::numbers::pi * 0.525 / 0.6328, {1.55, 0}, 3.10543, 3.10543},
        Reference{10, {0.75, 0}, 2.232265, 2.232265},
        Reference{1, {1.5, 1}, 2.336321, 0.663454},
        Reference{100, {1.5, 1}, 2.097502, 1.283697},
        Reference{100, {1.33, 1e-5}, 2.101321, 2.096594}));

TEST(MieSphereTest, ForwardAmplitudeObeysTheOpticalTheorem) {
  const double x = 34;
  const MieSphere sphere(x, {1.127, 0.028});
  const auto forward = sphere.At(0);
  EXPECT_NEAR(4 / (x * x) * forward.s1.real(), sphere.ExtinctionEfficiency(), 1e-9);
  EXPECT_LT(std::abs(forward.s1 - forward.s2), 1e-9 * std::abs(forward.s1));
}

TEST(MieSphereTest, LightScatteredInAllDirectionsAddsUpToTheScatteringEfficiency) {
  const double x = 12;
  const MieSphere sphere(x, {1.3, 0.05});
  double integral = 0;
  constexpr int kSteps = 4000;
  for (int i = 0; i < kSteps; ++i) {
    const double theta = std::numbers::pi * (i + 0.5) / kSteps;
    const auto s = sphere.At(theta);
    integral += (std::norm(s.s1) + std::norm(s.s2)) * std::sin(theta);
  }
  integral *= std::numbers::pi / kSteps / (x * x);
  EXPECT_NEAR(integral / sphere.ScatteringEfficiency(), 1, 1e-5);
}

}  // namespace
}  // namespace airy::simulation
