#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "model/simulation/simulator.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

// Renders the shots first, first + 1, ... of a simulator on several threads,
// `render-<i>`, some ahead of the one who takes them in order. Owned by one thread.
class ShotRenderer {
 public:
  // InvalidArgument unless threads is 1..256.
  static Status CheckThreads(int threads);

  // Shots ahead, beside one per thread: while one takes long, as a wide droplet does, the
  // other threads go on.
  static constexpr int64_t kAhead = 16;

  // One thread per core.
  static int AllCores();

  // Whether a shot, drawn without its image, is worth rendering.
  using Wanted = std::function<bool(const simulation::Shot&)>;

  // `simulator` outlives the renderer. Shots that are not wanted come without an image;
  // without `wanted` all are.
  ShotRenderer(const simulation::Simulator& simulator, int threads, int64_t first = 0,
               Wanted wanted = {});
  ~ShotRenderer();

  // The next shot in order; *index is its number.
  simulation::Shot Next(int64_t* index);

 private:
  void Work();
  simulation::Shot Make(uint64_t index) const;

  const simulation::Simulator& simulator_;
  const int64_t ahead_;
  const Wanted wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int64_t, simulation::Shot> done_;  // guarded by mutex_
  int64_t claimed_;                           // guarded by mutex_
  int64_t taken_;                             // guarded by mutex_
  bool closed_ = false;                       // guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace airy::detector
