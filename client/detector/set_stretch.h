#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/detector/stop_signals.h"
#include "model/simulation/simulator.h"
#include "preprocess/frame/status.h"
#include "proto/cxi/shot_file.h"

namespace airy::detector {

// Consecutive shots of a set that one simulator renders, in the order of their numbers.
// The same stretch is the same shots.
struct SetStretch {
  std::string label;  // of the progress bar
  simulation::SimulatorOptions simulator;
  uint64_t seed = 1;
  int64_t first = 0;  // where in the set it begins
  int64_t shots = 0;
  std::optional<bool> hits;  // hits alone, or misses alone
  // Hits by one droplet of this shape alone (Droplet::kShapeNames); empty: all.
  std::string shape{};
  // So many of each of these classes at least; see ClassQuota.
  std::vector<int> classes;
  int64_t minimum = 0;
};

// Options of a set that holds such shots: its title, attributes and `info.shots` are left
// to the caller. `size`: edge of its images, pixels; less than the simulator's: area
// averages of float32, as in serving, else uint16 as rendered.
cxi::ShotWriterOptions SetOptions(const simulation::SimulatorOptions& simulator,
                                  int size);

// Renders what is still missing of a stretch onto `threads` threads and appends it to
// `writer`, which was created with SetOptions. Cancelled when a signal came first,
// ResourceExhausted when a class or the shape does not come up often enough.
Status WriteStretch(const SetStretch& stretch, int size, int threads,
                    cxi::ShotWriter* writer, const StopSignals& stop);

}  // namespace airy::detector
