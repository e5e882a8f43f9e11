#include "client/cli/stop_event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "preprocess/frame/check.h"
#include "preprocess/frame/clock.h"

namespace airy::cli {
namespace {

constexpr std::array<int, 2> kSignals = {SIGINT, SIGTERM};
constexpr int64_t kNsPerMs = 1'000'000;

volatile int event_fd = -1;  // for the handler, which gets no argument

void Raise() { eventfd_write(event_fd, 1); }  // safe in a signal handler

void OnSignal(int) { Raise(); }

}  // namespace

StopEvent::StopEvent() {
  AIRY_CHECK(event_fd == -1);
  event_fd = eventfd(0, EFD_CLOEXEC);
  AIRY_CHECK(event_fd >= 0);
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (const int signal : kSignals) sigaction(signal, &action, nullptr);
}

StopEvent::~StopEvent() {
  for (const int signal : kSignals) std::signal(signal, SIG_DFL);
  close(event_fd);
  event_fd = -1;
}

void StopEvent::Notify() { Raise(); }

bool StopEvent::WaitFor(int64_t timeout_ns) {
  const Clock& clock = SystemClock();
  const int64_t end_ns = clock.SteadyNs() + timeout_ns;
  for (int64_t left_ns = timeout_ns;; left_ns = end_ns - clock.SteadyNs()) {
    pollfd item{event_fd, POLLIN, 0};
    // Rounded up, so that the last wait is not a spin.
    const int64_t left_ms = left_ns <= 0 ? 0 : (left_ns + kNsPerMs - 1) / kNsPerMs;
    const int ready = poll(&item, 1, static_cast<int>(left_ms));
    if (ready >= 0) return ready > 0;
    // Interrupted by a signal; if it was ours, the next poll sees it.
  }
}

}  // namespace airy::cli
