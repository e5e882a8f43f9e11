#include "model/simulation/plate_light.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/simulation/detector_geometry.h"

namespace airy::simulation {
namespace {

using transform::RunAt;

// Lagrange weights of the four points -1, 0, 1, 2 around t.
using Cubic = std::array<float, 4>;
constexpr Cubic CubicWeights(float t) {
  const float a = t + 1, b = t - 1, c = t - 2;
  return {-t * b * c * (1.0F / 6), a * b * c * 0.5F, -a * t * c * 0.5F,
          a * t * b * (1.0F / 6)};
}

// A row between four rows of nodes.
struct BetweenRows {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* nodes, size_t stride,
                            const Cubic* weights, float* __restrict out) {
    const Cubic w = *weights;
    const float* __restrict a = nodes;
    const float* __restrict b = a + stride;
    const float* __restrict c = b + stride;
    const float* __restrict d = c + stride;
    for (size_t i = 0; i < count; ++i) {
      out[i] = (w[0] * a[i] + w[1] * b[i]) + (w[2] * c[i] + w[3] * d[i]);
    }
  }
};

// kSpacing points from each node of a row on.
template <size_t kSpacing>
struct BetweenNodes {
  AIRY_SIMD_KERNEL void Run(size_t nodes, const float* __restrict in,
                            float* __restrict out) {
    constexpr std::array<Cubic, kSpacing> kWeights = [] {
      std::array<Cubic, kSpacing> weights{};
      for (size_t p = 0; p < kSpacing; ++p) {
        weights[p] = CubicWeights(static_cast<float>(p) / kSpacing);
      }
      return weights;
    }();
    for (size_t i = 0; i < nodes; ++i) {
      for (size_t p = 0; p < kSpacing; ++p) {
        const Cubic& w = kWeights[p];
        out[i * kSpacing + p] =
            (w[0] * in[i] + w[1] * in[i + 1]) + (w[2] * in[i + 2] + w[3] * in[i + 3]);
      }
    }
  }
};

// Nodes may lie this much farther apart than the points of a far field's own grid.
constexpr double kCoarsest = 1.05;
constexpr int kWidestSpacing = 4;

struct AddWeighted {
  AIRY_SIMD_KERNEL void Run(size_t count, float weight, const float* __restrict from,
                            float* __restrict sum) {
    for (size_t i = 0; i < count; ++i) sum[i] += weight * from[i];
  }
};

}  // namespace

PlateLight::PlateLight(const Light& light, const PlateGrid& grid,
                       transform::SimdLevel simd)
    : grid_(grid), simd_(simd) {
  AddColour(light, 1);
  if (light.second_colour()) AddColour(*light.second_colour(), light.second_weight());
  const auto edge = static_cast<size_t>(grid.edge);
  between_rows_.resize(edge + 2 * kWidestSpacing);
  second_colour_.resize(edge);
}

void PlateLight::AddColour(const Light& light, float weight) {
  Colour colour{&light, weight, {}, {}, {}, {}};
  colour.droplets.push_back(NodesOf(light.droplet()));
  for (size_t i = 0; i < light.companions(); ++i) {
    colour.droplets.push_back(NodesOf(light.companion(i)));
  }
  const size_t room = static_cast<size_t>(grid_.edge) + kWidestSpacing;
  colour.re.assign(colour.droplets.size(), std::vector<float>(room));
  colour.im = colour.re;
  for (size_t i = 0; i < colour.droplets.size(); ++i) {
    colour.rows.push_back({colour.re[i].data(), colour.im[i].data()});
  }
  colours_.push_back(std::move(colour));
}

PlateLight::Nodes PlateLight::NodesOf(const FarField& field) const {
  int spacing = kWidestSpacing;
  while (spacing > 1 &&
         static_cast<double>(spacing * grid_.pitch) > kCoarsest * field.step()) {
    spacing /= 2;
  }
  const size_t side = static_cast<size_t>((grid_.edge - 1) / spacing) + 4;
  Nodes nodes{spacing, side, std::vector<float>(side * side),
              std::vector<float>(side * side)};
  const auto point = [&](size_t node) {
    return static_cast<float>(spacing * (static_cast<int>(node) - 1));
  };
  // Farther out, no point of the plate asks for a node.
  const float reach = static_cast<float>(kPlateDiameterMm / 2 / kDistanceMm) +
                      3 * static_cast<float>(spacing) * grid_.pitch;
  for (size_t row = 0; row < side; ++row) {
    const float y = grid_.TangentY(point(row));
    for (size_t col = 0; col < side; ++col) {
      const float x = grid_.TangentX(point(col));
      const float square = x * x + y * y;
      if (square > reach * reach) continue;
      const float cosine = 1 / std::sqrt(1 + square);
      const std::complex<float> amplitude = field.At(x * cosine, y * cosine);
      nodes.re[row * side + col] = amplitude.real();
      nodes.im[row * side + col] = amplitude.imag();
    }
  }
  return nodes;
}

void PlateLight::Interpolate(const Nodes& nodes, int row, const std::vector<float>& plane,
                             float* out) {
  const int spacing = nodes.spacing;
  const Cubic weights =
      CubicWeights(static_cast<float>(row % spacing) / static_cast<float>(spacing));
  RunAt<BetweenRows>(simd_, nodes.stride,
                     &plane[static_cast<size_t>(row / spacing) * nodes.stride],
                     nodes.stride, &weights, between_rows_.data());
  const size_t starts = nodes.stride - 3;
  if (spacing == 4) {
    RunAt<BetweenNodes<4>>(simd_, starts, between_rows_.data(), out);
  } else if (spacing == 2) {
    RunAt<BetweenNodes<2>>(simd_, starts, between_rows_.data(), out);
  } else {
    RunAt<BetweenNodes<1>>(simd_, starts, between_rows_.data(), out);
  }
}

void PlateLight::Row(int row, const Directions& directions, float* intensity) {
  for (Colour& colour : colours_) {
    for (size_t i = 0; i < colour.droplets.size(); ++i) {
      Interpolate(colour.droplets[i], row, colour.droplets[i].re, colour.re[i].data());
      Interpolate(colour.droplets[i], row, colour.droplets[i].im, colour.im[i].data());
    }
    const bool first = &colour == &colours_.front();
    float* sum = first ? intensity : second_colour_.data();
    colour.light->SumAmplitudes(simd_, directions, grid_.pitch, colour.rows, sum);
    if (!first) {
      RunAt<AddWeighted>(simd_, directions.count, colour.weight, sum, intensity);
    }
  }
}

}  // namespace airy::simulation
