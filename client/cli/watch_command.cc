#include "client/cli/watch_command.h"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "client/cli/result_json.h"
#include "client/cli/watch_statistics.h"
#include "client/cli/watch_table.h"
#include "preprocess/frame/clock.h"

namespace airy::cli {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kWindowNs = 10 * kSecondNs;

// Signals taken one by one by waiting for them, so that nothing runs in a handler.
// SIGUSR1 is how the reading thread says that it is done.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);  // inherited by threads started later
  }
  // True when one arrived before `timeout_ns` passed.
  bool WaitFor(int64_t timeout_ns) const {
    const timespec timeout{timeout_ns / kSecondNs, timeout_ns % kSecondNs};
    return sigtimedwait(&set_, nullptr, &timeout) >= 0;
  }
  static void Wake() { kill(getpid(), SIGUSR1); }

 private:
  sigset_t set_;
};

// Where results go: counted for the table, or printed as JSON. Thread-safe.
class Display {
 public:
  Display(const WatchArguments& arguments, const Clock& clock)
      : arguments_(arguments),
        clock_(clock),
        in_place_(isatty(STDOUT_FILENO) == 1),
        statistics_(clock.SteadyNs(), kWindowNs) {}

  // False when enough was shown, or nobody reads what is printed.
  bool Add(const client::FrameResult& result) {
    std::lock_guard lock(mutex_);
    ++count_;
    statistics_.Add(result, clock_.SteadyNs());
    if (arguments_.json) {
      fmt::print("{}\n", ToJson(result));
      if (std::fflush(stdout) != 0) return false;
    }
    return arguments_.count == 0 || count_ < arguments_.count;
  }

  int64_t interval_ns() const { return in_place_ ? kSecondNs / 2 : 5 * kSecondNs; }

  void Draw() {
    if (arguments_.json) return;
    std::lock_guard lock(mutex_);
    const auto snapshot = statistics_.At(clock_.SteadyNs());
    if (!in_place_) {
      fmt::print("{}", WatchLine(snapshot));
    } else {
      const std::string table = WatchTable(snapshot);
      // Back to the table's first line, and clear what is below.
      if (drawn_lines_ > 0) fmt::print("\x1b[{}F\x1b[J", drawn_lines_);
      fmt::print("{}", table);
      drawn_lines_ = std::count(table.begin(), table.end(), '\n');
    }
    std::fflush(stdout);
  }

 private:
  const WatchArguments& arguments_;
  const Clock& clock_;
  const bool in_place_;
  std::mutex mutex_;
  WatchStatistics statistics_;  // guarded by mutex_
  int64_t count_ = 0;           // guarded by mutex_
  int64_t drawn_lines_ = 0;     // guarded by mutex_
};

ExitCode Report(const Status& status) {
  if (!status.ok()) fmt::print(stderr, "airy watch: {}\n", status.ToString());
  return ToExitCode(status);
}

}  // namespace

ExitCode RunWatch(const WatchArguments& arguments) {
  const Clock& clock = SystemClock();
  const Signals signals;
  const auto client = client::Client::Connect({.address = arguments.server});
  if (!client.ok()) return Report(client.status());

  Display display(arguments, clock);
  Status end;
  std::jthread reader([&](const std::stop_token& stop) {
    std::stop_source enough;
    const std::stop_callback forward(stop, [&] { enough.request_stop(); });
    end = (*client)->Subscribe(
        arguments.filter,
        [&](const client::FrameResult& result) {
          if (!display.Add(result)) enough.request_stop();
        },
        enough.get_token());
    Signals::Wake();
  });
  const int64_t deadline_ns =
      clock.SteadyNs() + static_cast<int64_t>(arguments.seconds * 1e9);
  bool over = false;
  while (!over) {
    int64_t wait_ns = display.interval_ns();
    if (arguments.seconds > 0) {
      wait_ns = std::clamp(deadline_ns - clock.SteadyNs(), int64_t{0}, wait_ns);
    }
    over = signals.WaitFor(wait_ns) ||
           (arguments.seconds > 0 && clock.SteadyNs() >= deadline_ns);
    if (!over) display.Draw();
  }
  reader.request_stop();
  reader.join();
  display.Draw();
  return Report(end);
}

}  // namespace airy::cli
