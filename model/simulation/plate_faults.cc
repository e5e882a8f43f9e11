#include "model/simulation/plate_faults.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/simulation/detector_geometry.h"

namespace airy::simulation {

void AddHotSpot(int size, double least, double most, Random* random,
                std::vector<float>* light) {
  const double radius = std::max(0.5, random->Uniform(1, 2.5) * size / 1035);
  const double peak = random->LogUniform(least, most);
  const double distance = 0.48 * size * std::sqrt(random->Uniform());
  const double azimuth = random->Uniform(0, 2 * std::numbers::pi);
  const double row = 0.5 * size + distance * std::sin(azimuth);
  const double col = 0.5 * size + distance * std::cos(azimuth);
  const int reach = static_cast<int>(4 * radius) + 1;
  for (int i = std::max(0, static_cast<int>(row) - reach);
       i <= std::min(size - 1, static_cast<int>(row) + reach); ++i) {
    for (int j = std::max(0, static_cast<int>(col) - reach);
         j <= std::min(size - 1, static_cast<int>(col) + reach); ++j) {
      const double square = (i - row) * (i - row) + (j - col) * (j - col);
      (*light)[static_cast<size_t>(i) * static_cast<size_t>(size) +
               static_cast<size_t>(j)] +=
          static_cast<float>(peak * std::exp(-0.5 * square / (radius * radius)));
    }
  }
}

void DarkenSector(int size, Random* random, std::vector<float>* light) {
  const double middle_rad = random->Uniform(0, 2 * std::numbers::pi);
  const double least_cosine = std::cos(Radians(random->Uniform(5, 20)));
  const double along_x = std::cos(middle_rad), along_y = std::sin(middle_rad);
  const double centre = 0.5 * (size - 1);
  for (int row = 0; row < size; ++row) {
    for (int col = 0; col < size; ++col) {
      const double x = col - centre, y = row - centre;
      if (along_x * x + along_y * y < least_cosine * std::hypot(x, y)) continue;
      (*light)[static_cast<size_t>(row) * static_cast<size_t>(size) +
               static_cast<size_t>(col)] = 0;
    }
  }
}

}  // namespace airy::simulation
