#include "server/services/rescaler_pool.h"

#include <algorithm>
#include <utility>

namespace airy::services {

RescalerPool::RescalerPool(transform::RescaleOptions options, size_t max_idle)
    : options_(options), max_idle_(max_idle) {}

Status RescalerPool::Apply(const PixelView& pixels, float scale, Image* output) {
  const int rows = pixels.total_rows();
  AIRY_ASSIGN_OR_RETURN(auto rescaler, Take(rows, pixels.cols));
  rescaler->Apply(pixels, scale, output);
  GiveBack({rows, pixels.cols, std::move(rescaler)});
  return OkStatus();
}

Result<std::unique_ptr<transform::Rescaler>> RescalerPool::Take(int rows, int cols) {
  {
    std::lock_guard lock(mutex_);
    const auto it = std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) {
      return idle.rows == rows && idle.cols == cols;
    });
    if (it != idle_.end()) {
      auto rescaler = std::move(it->rescaler);
      idle_.erase(it);
      return rescaler;
    }
  }
  return transform::Rescaler::Create(rows, cols, options_);
}

void RescalerPool::GiveBack(Idle idle) {
  std::lock_guard lock(mutex_);
  if (idle_.size() >= max_idle_) idle_.erase(idle_.begin());
  idle_.push_back(std::move(idle));
}

}  // namespace airy::services
