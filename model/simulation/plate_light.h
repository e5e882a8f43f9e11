#pragma once

#include <vector>

#include "model/simulation/light.h"
#include "preprocess/transform/simd.h"

namespace airy::simulation {

// A square grid of points across a flat detector, by their tangents: x / distance and
// y / distance. Rows run downwards, y upwards.
struct PlateGrid {
  int edge = 0;
  float pitch = 0;
  float centre_row = 0;  // where the beam meets it, in points
  float centre_col = 0;

  float TangentX(float col) const { return (col - centre_col) * pitch; }
  float TangentY(float row) const { return (centre_row - row) * pitch; }
};

// The intensity of a scene's light at the points of a grid, a row at a time. Amplitudes
// change slowly from point to point: they are found at every fourth, second or single
// point, as their own grid asks for, and interpolated between, which is the same for all
// rows and columns. Phases between droplets are not. Refers to `light`, which must
// outlive it. Thread-compatible.
class PlateLight {
 public:
  PlateLight(const Light& light, const PlateGrid& grid, transform::SimdLevel simd);

  // `directions` are those of the grid's points of that row; all grid.edge of them.
  // Beyond the plate, intensities mean nothing.
  void Row(int row, const Directions& directions, float* intensity);

 private:
  // One droplet's amplitudes: node (i, j) lies on grid point spacing * (i - 1, j - 1).
  struct Nodes {
    int spacing;
    size_t stride;
    std::vector<float> re, im;
  };
  // All droplets of one colour, and room for a row of each.
  struct Colour {
    const Light* light;
    float weight;
    std::vector<Nodes> droplets;
    std::vector<std::vector<float>> re, im;
    std::vector<AmplitudeRow> rows;
  };
  Nodes NodesOf(const FarField& field) const;
  void AddColour(const Light& light, float weight);
  void Interpolate(const Nodes& nodes, int row, const std::vector<float>& plane,
                   float* out);

  const PlateGrid grid_;
  const transform::SimdLevel simd_;
  std::vector<Colour> colours_;
  std::vector<float> between_rows_;
  std::vector<float> second_colour_;
};

}  // namespace airy::simulation
