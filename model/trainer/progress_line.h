#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace airy::trainer {

// Says on stderr how far a long work on shots has come, about once a second.
class ProgressLine {
 public:
  // "reading", of `total` shots
  ProgressLine(std::string verb, int64_t total) : verb_(std::move(verb)), total_(total) {}
  void Show(int64_t done);

 private:
  const std::string verb_;
  const int64_t total_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace airy::trainer
