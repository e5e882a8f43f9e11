#include "client/detector/stop_signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>

#include "preprocess/frame/check.h"
#include "preprocess/frame/clock.h"

namespace airy::detector {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

// Nothing is ever read from the descriptor, so it stays readable.
bool WaitFor(int fd, int64_t ns) {
  pollfd item{fd, POLLIN, 0};
  const timespec timeout{ns / kNsPerSecond, ns % kNsPerSecond};
  return ppoll(&item, 1, &timeout, nullptr) > 0;
}

}  // namespace

StopSignals::StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  AIRY_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  fd_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  AIRY_CHECK(fd_ >= 0);
}

StopSignals::~StopSignals() { close(fd_); }

bool StopSignals::Raised() const { return WaitFor(fd_, 0); }

bool StopSignals::WaitUntil(int64_t steady_ns) const {
  const int64_t left_ns = steady_ns - SystemClock().SteadyNs();
  return WaitFor(fd_, std::max<int64_t>(left_ns, 0));
}

}  // namespace airy::detector
