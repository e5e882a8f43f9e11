#pragma once

#include "server/config.h"

namespace airy::server {

// Cores this process may use: its affinity, and a container's CPU quota if that is less.
int AvailableCores();

// How many threads do what. OpenMP teams that are larger than the free cores make
// LibTorch many times slower, so the sum of all that compute never exceeds the cores.
struct ThreadPlan {
  int cores = 1;
  int worker_threads = 1;    // score and rescale
  int engine_instances = 1;  // copies of the network side by side
  int intra_op_threads = 1;  // inside each of them
};

// What the configuration sets is taken as it is; the rest is chosen: one worker per eight
// cores, and the cores that are left to engines of one thread each, at most eight of
// them, and to threads inside them beyond that. With a GPU, one engine.
ThreadPlan PlanThreads(const Config& config, int cores, bool on_gpu);

}  // namespace airy::server
