#include "model/trainer/progress_line.h"

#include <cstdio>

namespace airy::trainer {

void ProgressLine::Show(int64_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_ && done != total_) return;
  next_ = now + std::chrono::seconds(1);
  std::fprintf(stderr, "\r%s shots %lld of %lld%s", verb_.c_str(),
               static_cast<long long>(done), static_cast<long long>(total_),
               done == total_ ? "\n" : "");
}

}  // namespace airy::trainer
