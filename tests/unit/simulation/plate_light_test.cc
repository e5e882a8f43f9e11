#include "model/simulation/plate_light.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/simulation/detector_geometry.h"
#include "tests/unit/simulation/simd_levels.h"

namespace airy::simulation {
namespace {

constexpr int kEdge = 1035;

PlateGrid Grid() {
  return {kEdge, static_cast<float>(kPlateDiameterMm / kEdge / kDistanceMm), 515.3F,
          518.9F};
}

// Directions of the points of one row.
struct RowDirections {
  RowDirections(const PlateGrid& grid, int row) {
    for (int col = 0; col < grid.edge; ++col) {
      const float x = grid.TangentX(static_cast<float>(col));
      const float y = grid.TangentY(static_cast<float>(row));
      const float cosine = 1 / std::sqrt(1 + x * x + y * y);
      sx.push_back(x * cosine);
      sy.push_back(y * cosine);
      sz.push_back(cosine);
    }
  }
  Directions View() const { return {sx.data(), sy.data(), sz.data(), sx.size()}; }
  std::vector<float> sx, sy, sz;
};

Scene MakeScene(double radius_nm, double photon_energy_ev) {
  Scene scene;
  scene.photon_energy_ev = photon_energy_ev;
  scene.droplet = Droplet::Sphere(radius_nm);
  return scene;
}

// Against the light point by point, relative to the mean around: at the minima, little
// differences of amplitude are large parts of the intensity.
void ExpectRowsAgree(const Scene& scene, double tolerance) {
  const Light light(scene);
  const PlateGrid grid = Grid();
  PlateLight plate(light, grid, transform::BestSimdLevel());
  std::vector<float> row(kEdge);
  for (int at : {514, 515, 517, 640, 901}) {
    const RowDirections n(grid, at);
    plate.Row(at, n.View(), row.data());
    for (size_t col = 20; col + 20 < kEdge; ++col) {
      if (n.sz[col] < 0.867F || n.sz[col] > 0.9996F) continue;
      double around = 0;
      for (size_t i = col - 20; i <= col + 20; ++i) {
        around += static_cast<double>(row[i]) / 41;
      }
      const float exact = light.Intensity(n.sx[col], n.sy[col], n.sz[col], grid.pitch);
      ASSERT_NEAR(static_cast<double>(row[col]) / around,
                  static_cast<double>(exact) / around, tolerance)
          << "row " << at << " col " << col;
    }
  }
}

TEST(PlateLightTest, SmallDropletsAmplitudeIsFoundAtEveryFourthPoint) {
  ExpectRowsAgree(MakeScene(200, 20), 0.002);
}

TEST(PlateLightTest, LargeDropletsAmplitudeIsFoundMoreFinely) {
  ExpectRowsAgree(MakeScene(500, 32), 0.01);
  ExpectRowsAgree(MakeScene(800, 34), 0.01);
}

TEST(PlateLightTest, FringesAreNotInterpolated) {
  Scene scene = MakeScene(250, 20);
  scene.companions = {{180, {4, -2, 40}, 0.8, true}, {300, {0, 1, 0.5}, 0.6, true}};
  scene.second_colour = SecondColour{32, 0.2};
  ExpectRowsAgree(scene, 0.01);
}

TEST(PlateLightTest, RowsAreTheSameAtEveryLevel) {
  Scene scene = MakeScene(250, 20);
  scene.companions = {{180, {4, -2, 40}, 0.8, true}};
  scene.second_colour = SecondColour{32, 0.2};
  const Light light(scene);
  const RowDirections n(Grid(), 333);
  const auto row_at = [&](transform::SimdLevel simd) {
    std::vector<float> row(kEdge);
    PlateLight(light, Grid(), simd).Row(333, n.View(), row.data());
    return row;
  };
  for (transform::SimdLevel simd : SimdLevels()) {
    EXPECT_EQ(row_at(simd), row_at(transform::SimdLevel::kBaseline));
  }
}

}  // namespace
}  // namespace airy::simulation
