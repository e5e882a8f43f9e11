#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/result.h"

namespace airy::simulation {

// Changes whenever the same (seed, index) would give other bytes.
inline constexpr const char kSimulatorVersion[] = "2";

// The truth behind a simulated shot, in the units of the names.
struct ShotTruth {
  std::string shape;  // one of Droplet::kShapeNames, or "none"
  double photon_energy_ev = 0;
  double radius_nm = 0;          // of the sphere of equal volume
  double axis_ratio = 1;         // oblate: c/a; capsule: half length / radius
  std::array<double, 3> axis{};  // unit vector of the symmetry axis; z is the beam
  // Second droplet; radius 0 when there is none.
  double second_radius_nm = 0;
  double second_amplitude = 0;  // of the field that lights it, relative to the first's
  std::array<double, 3> separation_um{};
  bool coherent = false;  // fringes resolved: amplitudes add, else intensities
  double photons = 0;     // expected photons of the pattern on the detector
  double hole_deg = 0;
};

struct Shot {
  int rows = 0;
  int cols = 0;
  std::vector<uint16_t> counts;  // row-major
  std::array<uint8_t, kClassCount> labels{};
  ShotTruth truth;
};

struct SimulatorOptions {
  int size = 1035;  // edge of the square image that spans the detector, pixels; 64..2048
  // Share of shots drawn evenly over the classes the simulator reaches, instead of from
  // the natural prior (science: the 43 combinations of CXIDB-94). 0 natural, 1 even.
  double balance = 0;
  // Share of shots without a droplet; negative: the natural 2.9 %.
  double empty_share = -1;
};

// Renders labelled shots. Shot `index` of a seed is the same bytes alone, in any order
// and on any thread. Labels follow from the truth and from the pattern without noise, by
// the rules in the README. Thread-safe. LibTorch does the Fourier transforms: its
// intra-op threads should be 1, as they are in every program of this project's own.
class Simulator {
 public:
  // InvalidArgument with the range for an option out of range.
  static Result<std::unique_ptr<Simulator>> Create(const SimulatorOptions& options,
                                                   uint64_t seed);
  ~Simulator();
  Shot Render(uint64_t index) const;
  // The same shot without its image (counts is empty): several times faster.
  Shot Draw(uint64_t index) const;
  // The classes these shapes reach; the others never appear in labels.
  static const std::vector<int>& ReachedClasses();

 private:
  struct Impl;
  explicit Simulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace airy::simulation
