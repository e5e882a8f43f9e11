#pragma once

#include <cstdint>
#include <vector>

#include "client/detector/stop_signals.h"
#include "model/simulation/simulator.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

// A shot that stands for a class.
struct GalleryShot {
  int class_index = 0;
  uint64_t index = 0;     // of the simulator
  simulation::Shot shot;  // without its image
};

// Of the first `candidates` shots, for each class the one that shows it best: the class,
// and besides nothing but what goes with it, in as much light and as clearly as possible.
// Drawn on `threads` threads; the choice does not depend on their number. NotFound naming
// a class that no candidate shows; Cancelled by a signal.
Result<std::vector<GalleryShot>> ChooseShots(const simulation::Simulator& simulator,
                                             int candidates, int threads,
                                             const StopSignals& stop);

}  // namespace airy::detector
