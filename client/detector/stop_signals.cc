#include "client/detector/stop_signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "preprocess/frame/check.h"
#include "preprocess/frame/clock.h"

namespace airy::detector {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int kSignals[] = {SIGINT, SIGTERM};

// A signal handler has no other way to reach anything.
std::atomic<int> handler_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void OnSignal(int) {
  const int saved_errno = errno;
  const uint64_t one = 1;
  (void)!write(handler_fd.load(), &one, sizeof(one));
  errno = saved_errno;
}

void Handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : kSignals) {
    AIRY_CHECK(sigaction(signal, &action, nullptr) == 0);
  }
}

// Nothing is ever read from the descriptor, so it stays readable.
bool WaitFor(int fd, int64_t ns) {
  pollfd item{fd, POLLIN, 0};
  const timespec timeout{ns / kNsPerSecond, ns % kNsPerSecond};
  return ppoll(&item, 1, &timeout, nullptr) > 0;
}

}  // namespace

StopSignals::StopSignals() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  AIRY_CHECK(fd_ >= 0);
  AIRY_CHECK(handler_fd.exchange(fd_) == -1);
  Handle(&OnSignal);
}

StopSignals::~StopSignals() {
  Handle(SIG_DFL);
  handler_fd = -1;
  close(fd_);
}

bool StopSignals::Raised() const { return WaitFor(fd_, 0); }

bool StopSignals::WaitUntil(int64_t steady_ns) const {
  while (true) {
    if (Raised()) return true;
    const int64_t left_ns = steady_ns - SystemClock().SteadyNs();
    if (left_ns <= 0) return false;
    WaitFor(fd_, left_ns);
  }
}

}  // namespace airy::detector
