#include "server/thread_plan.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace airy::server {
namespace {

constexpr int kCoresPerWorker = 8;  // a worker scores about 1,000 frames/s
constexpr int kMaxInstances = 8;    // 45 MB of weights each

// Cores granted by a cgroup's quota (v2: "max 100000" or "200000 100000"), or `cores`.
int WithinQuota(int cores) {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  int64_t period_us = 0;
  if (!(file >> quota >> period_us) || quota == "max" || period_us <= 0) return cores;
  const int64_t granted = std::strtoll(quota.c_str(), nullptr, 10) / period_us;
  return static_cast<int>(std::clamp<int64_t>(granted, 1, cores));
}

}  // namespace

int AvailableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return WithinQuota(std::max(1, CPU_COUNT(&set)));
}

ThreadPlan PlanThreads(const Config& config, int cores, bool on_gpu) {
  ThreadPlan plan;
  plan.cores = cores;
  plan.worker_threads = config.pipeline.worker_threads;
  if (plan.worker_threads == 0) plan.worker_threads = 1 + (cores - 1) / kCoresPerWorker;
  const int free_cores = std::max(1, cores - plan.worker_threads);
  plan.engine_instances = config.engine.instances;
  plan.intra_op_threads = config.engine.intra_op_threads;
  if (plan.engine_instances == 0) {
    const int wanted = free_cores / std::max(1, plan.intra_op_threads);
    plan.engine_instances = on_gpu ? 1 : std::clamp(wanted, 1, kMaxInstances);
  }
  if (plan.intra_op_threads == 0) {
    plan.intra_op_threads = std::max(1, free_cores / plan.engine_instances);
    if (on_gpu) plan.intra_op_threads = 1;
  }
  return plan;
}

}  // namespace airy::server
