#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace airy::telemetry {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// One key=value pair of a log line; converts from what one has at hand.
struct LogField {
  std::string_view key;
  std::string value;
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <std::integral T>
  LogField(std::string_view k, T v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, double v);
};
using LogFields = std::initializer_list<LogField>;

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool json = false;  // one JSON object per line instead of text
};

// Sets the process's log, which writes to standard error. Call once, in main.
void InitLog(const LogOptions& options);

// Writes one line: UTC time, level, thread name, event, key=value pairs. `event` is a
// short fixed name ("source connected"). ERROR needs a human, WARN may, INFO marks
// changes of state. Nothing is logged per frame; see LogLimiter. All are thread-safe.
void LogDebug(std::string_view event, LogFields fields = {});
void LogInfo(std::string_view event, LogFields fields = {});
void LogWarn(std::string_view event, LogFields fields = {});
void LogError(std::string_view event, LogFields fields = {});

// Lets one line through per interval and counts the rest. Thread-safe.
class LogLimiter {
 public:
  explicit LogLimiter(int64_t interval_ns = 1'000'000'000) : interval_ns_(interval_ns) {}
  // True when a line may be written now; *suppressed then holds how many were held back
  // since the last one.
  bool Allow(int64_t now_steady_ns, int64_t* suppressed);

 private:
  const int64_t interval_ns_;
  std::mutex mutex_;
  std::optional<int64_t> last_ns_;  // guarded by mutex_
  int64_t suppressed_ = 0;          // guarded by mutex_
};

// Names the calling thread (at most 15 characters), for logs and debuggers.
void SetThreadName(std::string_view name);

}  // namespace airy::telemetry
