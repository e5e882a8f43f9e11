#pragma once

#include <cstdint>
#include <string>

#include "client/detector/shot_renderer.h"
#include "client/detector/stop_signals.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct DatasetOptions {
  int64_t shots = 1000;
  uint64_t seed = 1;        // not one of simulation::IsPoolSeed
  std::string out;          // CXI file; an existing one is refused
  int size = 224;           // edge of what is written, pixels; 1035: as rendered, uint16;
                            // smaller: rescaled as in serving, float32
  double balance = 0;       // see simulation::SimulatorOptions
  double empty_share = -1;  // likewise
  int threads = ShotRenderer::AllCores();  // 1..256
};

// Writes a labelled set of simulated shots with their truth, for training. Shots are
// always rendered at 1035 x 1035. Cancelled when a signal came first; then there is no
// file.
Status RunDataset(const DatasetOptions& options, const StopSignals& stop);

}  // namespace airy::detector
