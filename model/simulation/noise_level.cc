#include "model/simulation/noise_level.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/simulation/random.h"

namespace airy::simulation {
namespace {

constexpr uint64_t kStream = 0x6e6f697365;  // "noise": apart from those of the simulator

}  // namespace

double NoiseStatistic(NoiseLevel level, std::span<const float> pixels) {
  if (level == NoiseLevel::kNone) return 0;
  if (level == NoiseLevel::kMax) return *std::max_element(pixels.begin(), pixels.end());
  const auto count = static_cast<double>(pixels.size());
  const double mean = std::accumulate(pixels.begin(), pixels.end(), 0.0) / count;
  if (level == NoiseLevel::kMean) return mean;
  const double squares = std::accumulate(
      pixels.begin(), pixels.end(), 0.0,
      [mean](double sum, double pixel) { return sum + (pixel - mean) * (pixel - mean); });
  return mean + std::sqrt(squares / count);
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

void AddNoise(double bound, uint64_t seed, uint64_t index, std::span<float> pixels) {
  simulation::Random random(seed, index, kStream);
  for (float& pixel : pixels) pixel += static_cast<float>(bound * random.Uniform());
}

}  // namespace airy::simulation
