#include "server/telemetry/log.h"

#include <pthread.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <memory>

namespace airy::telemetry {
namespace {

struct ProcessLog {
  std::shared_ptr<spdlog::logger> logger;
  bool json = false;
};

std::shared_ptr<spdlog::logger> MakeLogger(const LogOptions& options) {
  constexpr std::array kLevels = {spdlog::level::debug, spdlog::level::info,
                                  spdlog::level::warn, spdlog::level::err};
  auto logger = std::make_shared<spdlog::logger>(
      "airy", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(kLevels[static_cast<size_t>(options.level)]);
  logger->flush_on(spdlog::level::debug);
  logger->set_pattern(options.json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                   : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v",
                      spdlog::pattern_time_type::utc);
  return logger;
}

// The one log of the process. Never destroyed: threads may write while statics go.
ProcessLog& Log() {
  static auto* log = new ProcessLog{MakeLogger({}), false};
  return *log;
}

std::string ThreadName() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

// A JSON string; also what text lines show for values with blanks or control bytes, so
// that a hostile message can neither break a line nor forge one.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
      quoted += code.data();
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '"' || c == '\\' ||
        c == '=') {
      return true;
    }
  }
  return false;
}

std::string TextLine(std::string_view event, LogFields fields) {
  std::string line = "[";
  line.append(ThreadName()).append("] ").append(event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    line += NeedsQuotes(field.value) ? Quoted(field.value) : field.value;
  }
  return line;
}

std::string JsonMembers(std::string_view event, LogFields fields) {
  std::string line = "\"thread\":" + Quoted(ThreadName()) + ",\"event\":" + Quoted(event);
  for (const LogField& field : fields) {
    line += ',' + Quoted(field.key) + ':' + Quoted(field.value);
  }
  return line;
}

void Write(spdlog::level::level_enum level, std::string_view event, LogFields fields) {
  const ProcessLog& log = Log();
  if (!log.logger->should_log(level)) return;
  log.logger->log(level, spdlog::string_view_t(log.json ? JsonMembers(event, fields)
                                                        : TextLine(event, fields)));
}

}  // namespace

LogField::LogField(std::string_view k, double v) : key(k) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", v);
  value = text.data();
}

void InitLog(const LogOptions& options) {
  Log().logger = MakeLogger(options);
  Log().json = options.json;
}

void LogDebug(std::string_view event, LogFields fields) {
  Write(spdlog::level::debug, event, fields);
}
void LogInfo(std::string_view event, LogFields fields) {
  Write(spdlog::level::info, event, fields);
}
void LogWarn(std::string_view event, LogFields fields) {
  Write(spdlog::level::warn, event, fields);
}
void LogError(std::string_view event, LogFields fields) {
  Write(spdlog::level::err, event, fields);
}

bool LogLimiter::Allow(int64_t now_steady_ns, int64_t* suppressed) {
  std::lock_guard lock(mutex_);
  if (last_ns_ && now_steady_ns - *last_ns_ < interval_ns_) {
    ++suppressed_;
    return false;
  }
  last_ns_ = now_steady_ns;
  *suppressed = suppressed_;
  suppressed_ = 0;
  return true;
}

void SetThreadName(std::string_view name) {
  pthread_setname_np(pthread_self(), std::string(name.substr(0, 15)).c_str());
}

}  // namespace airy::telemetry
