#include "client/detector/class_quota.h"

#include <numeric>

namespace airy::detector {

ClassQuota::ClassQuota(int64_t shots, const std::vector<int>& classes, int64_t minimum)
    : left_(shots) {
  for (const int index : classes) missing_[static_cast<size_t>(index)] = minimum;
}

bool ClassQuota::Take(const cxi::Labels& labels) {
  if (full()) return false;
  bool fills_a_gap = false;
  for (size_t i = 0; i < labels.size(); ++i) {
    fills_a_gap = fills_a_gap || (labels[i] != 0 && missing_[i] > 0);
  }
  const int64_t missing = std::accumulate(missing_.begin(), missing_.end(), int64_t{0});
  if (!fills_a_gap && left_ <= missing) return false;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 0 && missing_[i] > 0) --missing_[i];
  }
  --left_;
  return true;
}

}  // namespace airy::detector
