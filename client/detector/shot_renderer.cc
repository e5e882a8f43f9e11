#include "client/detector/shot_renderer.h"

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

namespace airy::detector {

Status ShotRenderer::CheckThreads(int threads) {
  if (threads >= 1 && threads <= 256) return OkStatus();
  return InvalidArgument("--threads must be 1..256; was " + std::to_string(threads));
}

int ShotRenderer::AllCores() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 256U));
}

ShotRenderer::ShotRenderer(const simulation::Simulator& simulator, int threads,
                           int64_t first, Wanted wanted)
    : simulator_(simulator),
      ahead_(threads + kAhead),
      wanted_(std::move(wanted)),
      claimed_(first),
      taken_(first) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] {
      pthread_setname_np(pthread_self(), ("render-" + std::to_string(i)).c_str());
      Work();
    });
  }
}

ShotRenderer::~ShotRenderer() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void ShotRenderer::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return closed_ || claimed_ < taken_ + ahead_; });
    if (closed_) return;
    const int64_t index = claimed_++;
    lock.unlock();
    simulation::Shot shot = Make(static_cast<uint64_t>(index));
    lock.lock();
    done_.emplace(index, std::move(shot));
    changed_.notify_all();
  }
}

simulation::Shot ShotRenderer::Make(uint64_t index) const {
  if (wanted_) {
    simulation::Shot drawn = simulator_.Draw(index);
    if (!wanted_(drawn)) return drawn;
  }
  return simulator_.Render(index);
}

simulation::Shot ShotRenderer::Next(int64_t* index) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return done_.contains(taken_); });
  const auto next = done_.find(taken_);
  simulation::Shot shot = std::move(next->second);
  done_.erase(next);
  *index = taken_++;
  changed_.notify_all();
  return shot;
}

}  // namespace airy::detector
