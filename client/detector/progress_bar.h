#pragma once

#include <cstdint>
#include <string>

namespace airy::detector {

// Shows on standard error how far a long job is, how fast and how long it takes yet: a
// line redrawn in place on a terminal, a line every 5 s elsewhere; nothing for a job that
// is done before that. Owned by one thread.
class ProgressBar {
 public:
  // `done`: what an earlier run has done of it.
  ProgressBar(std::string label, int64_t total, int64_t done = 0);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Advance();

 private:
  void Draw() const;

  const std::string label_;
  const int64_t total_;
  const bool on_terminal_;
  const int64_t start_ns_;
  const int64_t done_before_;
  int64_t done_;
  int64_t last_draw_ns_;
  bool drawn_ = false;
};

}  // namespace airy::detector
