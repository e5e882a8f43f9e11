#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "preprocess/frame/classes.h"
#include "proto/cxi/shot_file.h"

namespace airy::detector {

// Picks shots so that a set of a given size ends with a least number of each class: takes
// all that come until the places left are just enough for what is missing, then only
// shots that fill a gap. Thread-compatible.
class ClassQuota {
 public:
  // `classes` are the indices that need `minimum` shots each. Reachable when
  // shots >= classes * minimum.
  ClassQuota(int64_t shots, const std::vector<int>& classes, int64_t minimum);

  // Whether the shot with these labels is taken, which is then counted.
  bool Take(const cxi::Labels& labels);
  bool full() const { return left_ == 0; }

 private:
  int64_t left_;
  std::array<int64_t, kClassCount> missing_{};
};

}  // namespace airy::detector
