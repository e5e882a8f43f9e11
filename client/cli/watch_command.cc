#include "client/cli/watch_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

#include "client/cli/result_json.h"
#include "client/cli/stop_event.h"
#include "client/cli/watch_statistics.h"
#include "client/cli/watch_table.h"
#include "preprocess/frame/clock.h"

namespace airy::cli {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kWindowNs = 10 * kSecondNs;

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
  const auto client =
      client::Client::Connect({.address = arguments.server,
                               .connect_timeout = std::chrono::milliseconds(
                                   std::lround(arguments.timeout_s * 1e3))});
  if (!client.ok()) return Report(client.status());

  StopEvent stop_event;
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
    stop_event.Notify();
  });
  const int64_t deadline_ns =
      clock.SteadyNs() + static_cast<int64_t>(arguments.seconds * 1e9);
  bool over = false;
  while (!over) {
    int64_t wait_ns = display.interval_ns();
    if (arguments.seconds > 0) {
      wait_ns = std::clamp(deadline_ns - clock.SteadyNs(), int64_t{0}, wait_ns);
    }
    over = stop_event.WaitFor(wait_ns) ||
           (arguments.seconds > 0 && clock.SteadyNs() >= deadline_ns);
    if (!over) display.Draw();
  }
  reader.request_stop();
  reader.join();
  display.Draw();
  return Report(end);
}

}  // namespace airy::cli
