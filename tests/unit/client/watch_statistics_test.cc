#include "client/cli/watch_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "client/cli/watch_table.h"

namespace airy::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr int64_t kSecond = 1'000'000'000;

client::FrameResult Hit(double total_s = 0.01) {
  client::FrameResult result;
  result.outcome = client::Outcome::kClassified;
  result.hit = true;
  result.prediction.labels = {"round", "bent"};
  result.model = {.name = "net", .version = "1", .sha256 = "0123456789abcdef"};
  result.seconds.total = total_s;
  return result;
}
client::FrameResult Miss() {
  client::FrameResult result;
  result.outcome = client::Outcome::kMiss;
  return result;
}
client::FrameResult Drop() {
  client::FrameResult result;
  result.outcome = client::Outcome::kDropped;
  result.drop_stage = "ingest";
  result.drop_reason = "queue_full";
  return result;
}

TEST(WatchStatisticsTest, RatesAreOverTheTimeWatchedUntilTheWindowIsFull) {
  WatchStatistics statistics(0, 10 * kSecond);
  for (int i = 1; i <= 10; ++i) {
    statistics.Add(i % 5 == 0 ? Hit() : Miss(), i * kSecond / 10);
  }
  const auto snapshot = statistics.At(2 * kSecond);
  EXPECT_EQ(snapshot.frames, 10);
  EXPECT_EQ(snapshot.hits, 2);
  EXPECT_DOUBLE_EQ(snapshot.frames_per_s, 5);
  EXPECT_DOUBLE_EQ(snapshot.hits_per_s, 1);
  EXPECT_DOUBLE_EQ(snapshot.hit_ratio, 0.2);
  EXPECT_DOUBLE_EQ(snapshot.labels_per_s[kRound], 1);
  EXPECT_DOUBLE_EQ(snapshot.labels_per_s[kBent], 1);
  EXPECT_DOUBLE_EQ(snapshot.labels_per_s[kEmpty], 0);
  EXPECT_EQ(snapshot.model.name, "net");
}

TEST(WatchStatisticsTest, ForgetsWhatLeftTheWindowButNotTheTotals) {
  WatchStatistics statistics(0, 10 * kSecond);
  statistics.Add(Hit(5.0), 1 * kSecond);
  statistics.Add(Drop(), 2 * kSecond);
  statistics.Add(Hit(0.02), 15 * kSecond);
  const auto snapshot = statistics.At(20 * kSecond);
  EXPECT_EQ(snapshot.frames, 3);
  EXPECT_EQ(snapshot.hits, 2);
  EXPECT_DOUBLE_EQ(snapshot.frames_per_s, 0.1);
  EXPECT_DOUBLE_EQ(snapshot.latency_p99_s, 0.02);
  EXPECT_THAT(snapshot.drops, UnorderedElementsAre(Pair("ingest/queue_full", 1)));
  EXPECT_DOUBLE_EQ(statistics.At(40 * kSecond).frames_per_s, 0);
  EXPECT_EQ(statistics.At(40 * kSecond).latency_p99_s, 0);
}

TEST(WatchStatisticsTest, PercentilesAreOfClassifiedFrames) {
  WatchStatistics statistics(0, 10 * kSecond);
  for (int i = 100; i >= 1; --i) {
    statistics.Add(Hit(i * 0.001), kSecond);
    statistics.Add(Miss(), kSecond);
  }
  const auto snapshot = statistics.At(kSecond);
  EXPECT_DOUBLE_EQ(snapshot.latency_p50_s, 0.050);
  EXPECT_DOUBLE_EQ(snapshot.latency_p99_s, 0.099);
}

TEST(WatchTableTest, FitsATerminal) {
  WatchStatistics statistics(0, 10 * kSecond);
  client::FrameResult result = Hit(1234.5);
  result.model = {.name = std::string(100, 'n'),
                  .version = std::string(100, 'v'),
                  .sha256 = std::string(64, 'a')};
  result.missed = 1'000'000'000;
  for (int i = 0; i < 1000; ++i) statistics.Add(result, kSecond);
  statistics.Add(Drop(), kSecond);
  std::istringstream table(WatchTable(statistics.At(kSecond)));
  std::string line;
  int lines = 0;
  while (std::getline(table, line)) {
    EXPECT_LE(line.size(), 78U) << line;
    ++lines;
  }
  EXPECT_EQ(lines, 4 + kClassCount + 2);
}

TEST(WatchTableTest, NamesRatesLatencyAndLosses) {
  WatchStatistics statistics(0, 10 * kSecond);
  statistics.Add(Hit(0.0123), kSecond);
  statistics.Add(Drop(), kSecond);
  const std::string table = WatchTable(statistics.At(kSecond));
  for (const char* text : {"12.3 ms p50", "50.0 % of frames", "round",
                           "ingest/queue_full: 1", "0123456789ab"}) {
    EXPECT_THAT(table, HasSubstr(text));
  }
  const std::string line = WatchLine(statistics.At(kSecond));
  EXPECT_THAT(line, HasSubstr("frames 2.0/s (2) hits 1.0/s (1, 50.0 %)"));
  EXPECT_THAT(line, HasSubstr("round 1.0/s"));
  EXPECT_THAT(line, HasSubstr("dropped ingest/queue_full 1"));
  EXPECT_THAT(line, Not(HasSubstr("missed")));
}

}  // namespace
}  // namespace airy::cli
