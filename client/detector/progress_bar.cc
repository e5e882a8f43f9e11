#include "client/detector/progress_bar.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "preprocess/frame/clock.h"

namespace airy::detector {
namespace {

constexpr int64_t kRedrawNs = 100'000'000;
constexpr int64_t kNewLineNs = 5'000'000'000;
constexpr int kWidth = 30;

}  // namespace

ProgressBar::ProgressBar(std::string label, int64_t total, int64_t done)
    : label_(std::move(label)),
      total_(total),
      on_terminal_(isatty(STDERR_FILENO) == 1),
      start_ns_(SystemClock().SteadyNs()),
      done_before_(done),
      done_(done),
      last_draw_ns_(start_ns_) {}

ProgressBar::~ProgressBar() {
  if (on_terminal_ && drawn_) std::fputc('\n', stderr);
}

void ProgressBar::Advance() {
  ++done_;
  const int64_t now_ns = SystemClock().SteadyNs();
  const bool due = now_ns - last_draw_ns_ >= (on_terminal_ ? kRedrawNs : kNewLineNs);
  if (!due && !(drawn_ && done_ == total_)) return;
  last_draw_ns_ = now_ns;
  drawn_ = true;
  Draw();
}

void ProgressBar::Draw() const {
  const double seconds = 1e-9 * static_cast<double>(SystemClock().SteadyNs() - start_ns_);
  const double rate = static_cast<double>(done_ - done_before_) / seconds;
  const double share = static_cast<double>(done_) / static_cast<double>(total_);
  const int filled = static_cast<int>(kWidth * share);
  std::string bar(static_cast<size_t>(filled), '#');
  bar.resize(kWidth, '.');
  std::fprintf(stderr, "%s%s [%s] %lld/%lld, %.0f s, %.1f/s, %.0f s left%s",
               on_terminal_ ? "\r" : "", label_.c_str(), bar.c_str(),
               static_cast<long long>(done_), static_cast<long long>(total_), seconds,
               rate, static_cast<double>(total_ - done_) / rate,
               on_terminal_ ? "\x1b[K" : "\n");
}

}  // namespace airy::detector
