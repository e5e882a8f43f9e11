#pragma once

#include <vector>

#include "model/simulation/droplet.h"
#include "model/simulation/medium.h"

namespace airy::simulation {

// A droplet cut into slices across the beam, each a square grid of how much of a grid
// cell lies inside: 0..1, softened over one step at the surface. Immutable, so
// thread-safe.
class SlicedDroplet {
 public:
  // The grid is as fine as the refraction in droplet and core asks for.
  SlicedDroplet(const Droplet& droplet, const Medium& medium);

  // Points per side of the grid a wave needs to go through: the droplet and a margin for
  // what is diffracted beside it. Point edge/2 lies on the beam axis.
  int edge() const { return edge_; }
  double step_nm() const { return step_nm_; }
  int slices() const { return slices_; }
  double slice_nm() const { return slice_nm_; }
  // z of the middle of a slice.
  double PlaneNm(int slice) const { return (slice - 0.5 * (slices_ - 1)) * slice_nm_; }
  // Largest half extent of the droplet, across or along the beam.
  double reach_nm() const { return reach_nm_; }

  // Occupancy is stored for the points that can be inside alone: window x window around
  // the axis, the first at `offset` in row and column of the grid.
  int window() const { return window_; }
  int offset() const { return edge_ / 2 - window_ / 2; }
  // slices x window x window, of the whole droplet; and of its core, empty without one.
  const std::vector<float>& occupancy() const { return occupancy_; }
  const std::vector<float>& core_occupancy() const { return core_occupancy_; }

 private:
  // Of the droplet scaled by `ratio`.
  std::vector<float> Fill(const Droplet& droplet, double ratio) const;

  int edge_ = 0;
  double step_nm_ = 0;
  int slices_ = 0;
  double slice_nm_ = 0;
  double reach_nm_ = 0;
  int window_ = 0;
  std::vector<float> occupancy_;
  std::vector<float> core_occupancy_;
};

// The next even number at or above `at_least` that has no prime factor above 5: sizes
// FFTs like.
int NextSmooth(double at_least);

}  // namespace airy::simulation
