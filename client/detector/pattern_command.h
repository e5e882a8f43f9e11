#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/detector/stop_signals.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

// One pattern, as the command line asks for it; the option's name is the field's. What is
// not given and belongs to the shape has the default that --help tells.
struct PatternOptions {
  std::string shape = "sphere";  // one of Droplet::kShapeNames
  double radius_nm = 335;        // of the sphere of equal volume
  std::optional<double> c_over_a, a_over_b, b_over_c, roll_deg, half_length,
      cassini_ratio, size_ratio;
  double tilt_deg = 0;  // of the axis out of the detector plane, towards +z
  double azimuth_deg = 0;
  std::optional<double> core_ratio, core_delta, core_beta;
  std::vector<double> separation_um;  // x, y, z of a second droplet, a sphere
  std::optional<double> second_radius_nm, second_amplitude;
  bool incoherent = false;

  double photon_energy_ev = 24.8;
  std::optional<double> delta, beta;  // both: another material than helium
  std::string method = "split-step";  // one of simulation::kMethodNames
  std::string device = "cpu";

  int size = 224;
  double hole_deg = 0;
  bool flat_detector = false;
  std::optional<double> polarisation_deg;
  std::string noise = "none";  // "detector": counts, by the detector model
  std::optional<double> photons;
  std::optional<uint64_t> seed;

  std::string out;  // CXI file; an existing one is refused
  std::string png;  // empty: none
};

// Simulates one pattern and writes it with every parameter beside it. InvalidArgument
// names the option, its value and what is allowed.
Status RunPattern(const PatternOptions& options, const StopSignals& stop);

}  // namespace airy::detector
