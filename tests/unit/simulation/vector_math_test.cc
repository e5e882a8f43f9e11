#include "model/simulation/vector_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace airy::simulation {
namespace {

double Exact(float x) { return static_cast<double>(x); }

TEST(VectorMathTest, ExpAgreesWithTheLibrarysTo1e6) {
  for (float x = -86; x < 80; x += 0.0137F) {
    EXPECT_NEAR(Exact(Exp(x)) / std::exp(Exact(x)), 1, 1e-5) << x;
    if (std::abs(x) < 1) {
      EXPECT_NEAR(Exact(Exp(x)), std::exp(Exact(x)), 5e-7) << x;
    }
  }
  EXPECT_EQ(Exp(0), 1.0F);
  EXPECT_EQ(Exp(-1e9F), Exp(-87.0F));
}

TEST(VectorMathTest, LogAgreesWithTheLibrarysFromTheLeastUniformNumberOn) {
  for (double power = -24; power < 24; power += 0.0137) {
    const auto x = static_cast<float>(std::exp2(power));
    const double exact = std::log(Exact(x));
    EXPECT_NEAR(Exact(Log(x)), exact, 3e-7 * std::max(1.0, std::abs(exact))) << x;
  }
  EXPECT_NEAR(Exact(Log(1 - 0x1p-24F)), -0x1p-24, 1e-13);
}

TEST(VectorMathTest, SineAndCosineAgreeWithTheLibrarysAtAnyAngle) {
  for (float angle = -30; angle < 30; angle += 0.00737F) {
    const SineCosine found = OfRadians(angle);
    EXPECT_NEAR(Exact(found.sine), std::sin(Exact(angle)), 4e-6) << angle;
    EXPECT_NEAR(Exact(found.cosine), std::cos(Exact(angle)), 4e-6) << angle;
  }
  // A float of 1e4 tells an angle to 1e-3.
  const SineCosine far = OfRadians(12345.678F);
  EXPECT_NEAR(Exact(far.sine), std::sin(Exact(12345.678F)), 2e-3);
}

}  // namespace
}  // namespace airy::simulation
