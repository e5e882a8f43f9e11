#include "server/telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <thread>

namespace airy::telemetry {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Captured(const LogOptions& options, const std::function<void()>& write) {
  ::testing::internal::CaptureStderr();
  InitLog(options);
  write();
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogTest, WritesUtcTimeLevelThreadEventAndFields) {
  const std::string line = Captured({}, [] {
    std::thread([] {
      SetThreadName("work-0");
      LogWarn("frames missing", {{"source", "demo"}, {"frames", 3}, {"share", 0.25}});
    }).join();
  });
  EXPECT_THAT(line, ContainsRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z "
                                  "warning +\\[work-0\\] frames missing source=demo "
                                  "frames=3 share=0.25\n$"));
}

TEST(LogTest, LinesBelowTheLevelAreNotWritten) {
  const std::string lines = Captured({.level = LogLevel::kWarn}, [] {
    LogInfo("quiet");
    LogError("loud");
  });
  EXPECT_THAT(lines, Not(HasSubstr("quiet")));
  EXPECT_THAT(lines, HasSubstr("loud"));
}

TEST(LogTest, ForeignTextCannotForgeALine) {
  const std::string line = Captured({}, [] {
    LogInfo("message rejected", {{"detail", "x\n2026 error \"y\"\x01"}});
  });
  EXPECT_THAT(line, HasSubstr(R"(detail="x\n2026 error \"y\"\u0001")"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(LogTest, JsonLinesAreObjects) {
  const std::string line = Captured({.json = true}, [] {
    LogInfo("ready", {{"grpc", "127.0.0.1:1"}});
  });
  EXPECT_THAT(line, ContainsRegex("^\\{\"time\":\"[^\"]+Z\",\"level\":\"info\","
                                  "\"thread\":\"[^\"]*\",\"event\":\"ready\","
                                  "\"grpc\":\"127.0.0.1:1\"\\}\n$"));
}

TEST(LogLimiterTest, LetsOneLineThroughPerIntervalAndCountsTheRest) {
  LogLimiter limiter(1000);
  int64_t suppressed = -1;
  EXPECT_TRUE(limiter.Allow(5, &suppressed));
  EXPECT_EQ(suppressed, 0);
  EXPECT_FALSE(limiter.Allow(6, &suppressed));
  EXPECT_FALSE(limiter.Allow(1004, &suppressed));
  EXPECT_TRUE(limiter.Allow(1005, &suppressed));
  EXPECT_EQ(suppressed, 2);
  EXPECT_FALSE(limiter.Allow(1006, &suppressed));
}

}  // namespace
}  // namespace airy::telemetry
