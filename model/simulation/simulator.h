#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/simulation/scene_ranges.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/result.h"

namespace airy::simulation {

// Changes whenever the same (seed, index) would give other bytes.
inline constexpr const char kSimulatorVersion[] = "3";

// A second or third droplet; radius 0 when there is none.
struct CompanionTruth {
  double radius_nm = 0;
  double amplitude = 0;  // of the field that lights it, relative to the first's
  std::array<double, 3> separation_um{};  // from the first
  bool coherent = false;  // fringes resolved: amplitudes add, else intensities
};

// The truth behind a simulated shot, in the units of the names.
struct ShotTruth {
  std::string shape;  // one of Droplet::kShapeNames, or "none"
  double photon_energy_ev = 0;
  double radius_nm = 0;   // of the sphere of equal volume
  double axis_ratio = 1;  // oblate: c/a; others: half length over largest radius across
  std::array<double, 2> shape_ratios = {1, 1};  // see Droplet::ratios
  std::array<double, 3> axis{};                 // unit vector; z is the beam
  double roll_deg = 0;                          // of an ellipsoid about its axis
  double core_ratio = 0;                        // of the droplet's size; 0: no core
  std::complex<double> core_index = 0;
  double second_energy_ev = 0;      // of harmonic light; 0: none
  double second_energy_weight = 0;  // its photons per photon of the first colour
  std::array<CompanionTruth, 2> companions;
  double photons = 0;  // expected photons of the pattern on the detector
  double hole_deg = 0;
};

struct Shot {
  int rows = 0;
  int cols = 0;
  std::vector<uint16_t> counts;  // row-major
  std::array<uint8_t, kClassCount> labels{};
  // The same where SimulatorOptions::label_noise is 0.
  std::array<uint8_t, kClassCount> labels_noise_free{};
  ShotTruth truth;
};

struct SimulatorOptions {
  int size = 1035;  // edge of the square image that spans the detector, pixels; 64..2048
  // Share of shots drawn evenly over the classes, instead of from the natural prior (the
  // 43 combinations of CXIDB-94). 0 natural, 1 even.
  double balance = 0;
  // Share of shots without a visible hit; negative: the natural 2.9 %.
  double empty_share = -1;
  // The detector's response: light to the power of gamma, which is drawn evenly per shot.
  double gamma_min = 1;  // 0.25..gamma_max
  double gamma_max = 1;  // at most 4
  // As published images are: without the flat detector's cos^3, and with stray light
  // subtracted but for a residual. Else as frames come from the detector.
  bool corrected = false;
  // Droplets as nature makes them, one per shot, whatever their labels; not with balance.
  bool physics_alone = false;
  // How far labels stray near the thresholds of the rules, 0..1; see Disturbed(). Images
  // stay the same.
  double label_noise = 0;
  // One or more, each within 19.5..23.5 or 24.8..40 eV, of a share above 0.
  std::vector<EnergyBand> energy_bands = SceneRanges{}.energy_bands;
  double hole_min_deg = 1.5;  // of the plate's central hole, as an angle from the beam;
  double hole_max_deg = 5;    // 0..15
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

 private:
  struct Impl;
  explicit Simulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace airy::simulation
