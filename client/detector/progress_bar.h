#pragma once

#include <cstdint>
#include <string>

namespace airy::detector {

// Shows on standard error how far a long job is: a line redrawn in place on a terminal, a
// line every 5 s elsewhere; nothing for a job that is done before that. Owned by one
// thread.
class ProgressBar {
 public:
  ProgressBar(std::string label, int64_t total);
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
  int64_t done_ = 0;
  int64_t last_draw_ns_;
  bool drawn_ = false;
};

}  // namespace airy::detector
