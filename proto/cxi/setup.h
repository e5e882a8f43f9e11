#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace airy::cxi {

// Where a detector stands, as CXI's detector_N tells it: metres, in a right-handed frame
// whose z runs along the beam. What a file does not tell is not set.
struct DetectorGeometry {
  using Vector = std::array<double, 3>;  // x, y, z

  std::optional<double> distance_m;
  std::optional<double> x_pixel_size_m;
  std::optional<double> y_pixel_size_m;
  // The step to the next row, then that to the next column. Where a file has pixel sizes
  // alone, CXI's default: rows run along -y, columns along -x.
  std::optional<std::array<Vector, 2>> basis_vectors_m;
  std::optional<Vector> corner_position_m;

  bool operator==(const DetectorGeometry&) const = default;
};

// How all images of a file were taken.
struct Setup {
  std::vector<uint32_t> mask;  // rows x cols of CXI's bits, 0 good; empty: none given
  DetectorGeometry geometry;

  bool operator==(const Setup&) const = default;
};

// CXI's bits of a pixel that measured nothing: invalid, saturated, hot, dead, shadowed,
// bad, missing, noisy. The others (such as "has signal") say nothing against it.
inline constexpr uint32_t kUnusablePixel = 0x69f;

// 1 where a pixel may be used, 0 elsewhere; empty for no mask.
inline std::vector<uint8_t> GoodPixels(const std::vector<uint32_t>& mask) {
  std::vector<uint8_t> good;
  good.reserve(mask.size());
  for (const uint32_t bits : mask) good.push_back((bits & kUnusablePixel) == 0 ? 1 : 0);
  return good;
}

}  // namespace airy::cxi
