#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/detector/stop_signals.h"
#include "model/simulation/noise_level.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct NoiseOptions {
  std::vector<std::string> files;  // what images::ImageReader reads; together one set
  simulation::NoiseLevel level = simulation::NoiseLevel::kNone;
  uint64_t seed = 1;
  std::string out;  // CXI file; an existing one is refused
};

// Writes a set like the one of `files` whose images are 224 x 224 of float32, rescaled as
// in serving, with noise of a level of that whole set. Labels, truth, identifiers and
// photon energies are carried over. Images are read twice, one at a time. Cancelled when
// a signal came first; then, as after any failure, there is no finished file.
Status RunNoise(const NoiseOptions& options, const StopSignals& stop);

}  // namespace airy::detector
