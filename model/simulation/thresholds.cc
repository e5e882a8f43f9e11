#include "model/simulation/thresholds.h"

#include <algorithm>
#include <cmath>

namespace airy::simulation {
namespace {

constexpr double kWidth = 0.15;
constexpr double kLeastFactor = 0.2, kMostFactor = 1.8;

double Logistic(Random* random) {
  const double p = random->Uniform();
  return std::log(p / (1 - p));
}

}  // namespace

Thresholds Disturbed(double scale, Random* random) {
  Thresholds thresholds;
  for (double* threshold :
       {&thresholds.flattening, &thresholds.streak_below_deg, &thresholds.bent_above_deg,
        &thresholds.elliptical_asymmetry, &thresholds.prolate_asymmetry}) {
    *threshold *=
        std::clamp(1 + scale * kWidth * Logistic(random), kLeastFactor, kMostFactor);
  }
  return thresholds;
}

}  // namespace airy::simulation
