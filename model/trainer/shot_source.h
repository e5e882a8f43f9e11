#pragma once

#include <array>
#include <string_view>

#include "model/dataset.h"
#include "model/simulation/simulator.h"
#include "model/trainer/flags.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// The options that say where labelled shots come from, for every command.
inline constexpr std::array<std::string_view, 4> kShotFlags = {"data", "simulate",
                                                               "balance", "empty-share"};

// What --simulate and the options beside it ask for.
struct SimulatedShots {
  uint64_t seed = 0;
  uint64_t count = 0;
  simulation::SimulatorOptions options;
};

// InvalidArgument for what is not SEED:COUNT, or a seed that is kept for demonstrations.
Result<SimulatedShots> ReadSimulateFlags(const Flags& flags);

// The shots that --data or --simulate name, rescaled to the network's input by the code
// that serves. Exactly one of the two must be given. Those of a file are read when they
// are wanted; simulated ones are in memory, rendered on `threads` threads, on whose
// number the result does not depend. Prints progress to stderr.
Result<model::Dataset> LoadShots(const Flags& flags, int threads);

// Reads all images into memory if they take at most `memory_gb` there. Prints progress to
// stderr. As Dataset::Read.
Status KeepInMemory(double memory_gb, model::Dataset* dataset);

}  // namespace airy::trainer
