#pragma once

#include <cstdint>
#include <string>

#include "client/detector/stop_signals.h"
#include "model/simulation/pool_seeds.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

// Fewer shots of a class would tell little about it.
inline constexpr int64_t kMinPositives = 20;

// What a pool of simulated shots holds. The same recipe is the same bytes.
struct PoolRecipe {
  int64_t hits = 512;    // 0..100000, or at least 20 per class the simulator reaches
  int64_t misses = 128;  // 0..100000
  int size = 1035;       // edge, pixels; 64..2048
  double balance = 0.5;  // see simulation::SimulatorOptions
  uint64_t seed = simulation::kFirstPoolSeed;
};

Status Validate(const PoolRecipe& recipe);

// Where the pool of a recipe is kept: a name that tells all of it and the simulator's
// version, under `folder`, or under ~/.cache/airy (or $XDG_CACHE_HOME/airy) if empty.
std::string PoolPath(const PoolRecipe& recipe, const std::string& folder);

// Renders the pool to `path`, hits first, unless the file is there already; one that is
// damaged or holds something else is deleted, with a line on standard error that says
// why. Every class the simulator reaches has at least kMinPositives hits, except in pools
// that are too small for it. Cancelled when a signal came first.
Status PreparePool(const PoolRecipe& recipe, const std::string& path, int threads,
                   const StopSignals& stop);

}  // namespace airy::detector
