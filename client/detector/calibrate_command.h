#pragma once

#include <cstdint>
#include <string>

#include "client/detector/shot_renderer.h"
#include "client/detector/stop_signals.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct CalibrateOptions {
  int64_t shots = 7264;  // 1..1'000'000, drawn without their images
  uint64_t seed = 1;
  int hits_per_combination = 20;  // 1..10'000, to measure how often scenes are accepted
  std::string out;                // folder, made where it is missing
  int threads = ShotRenderer::AllCores();  // 1..256
};

// Draws shots as CXIDB-94 has them and writes calibration.txt and calibration.png, which
// hold what they have in common with the real labels: shares, lifts, rules, sizes,
// energies, and how many scenes it takes to reach each combination. Cancelled when a
// signal came first.
Status RunCalibrate(const CalibrateOptions& options, const StopSignals& stop);

}  // namespace airy::detector
