#pragma once

#include <string>

#include "client/detector/pool_file.h"
#include "client/detector/shot_renderer.h"
#include "client/detector/stop_signals.h"
#include "client/detector/stream.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct SimulateOptions {
  PoolRecipe pool;
  std::string cache_folder;                // see PoolPath
  int threads = ShotRenderer::AllCores();  // for rendering; 1..256
  double hit_rate = 0.2;                   // 0..1
  StreamOptions stream;
};

// Streams a pool of simulated shots, which is rendered first if it is not in the cache.
Status RunSimulate(const SimulateOptions& options, const StopSignals& stop);

}  // namespace airy::detector
