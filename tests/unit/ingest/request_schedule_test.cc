#include "server/ingest/request_schedule.h"

#include <gtest/gtest.h>

namespace airy::ingest {
namespace {

constexpr int64_t kNever = RequestSchedule::kNever;

TEST(RequestScheduleTest, AsksOnlyWhileConnected) {
  RequestSchedule schedule(100);
  EXPECT_EQ(schedule.UntilDue(5), kNever);
  schedule.Connected();
  EXPECT_TRUE(schedule.IsDue(5));
  schedule.Disconnected();
  EXPECT_EQ(schedule.UntilDue(5), kNever);
}

TEST(RequestScheduleTest, AsksAgainOnlyAfterTheTimeout) {
  RequestSchedule schedule(100);
  schedule.Connected();
  schedule.Sent(5);
  EXPECT_FALSE(schedule.IsDue(104));
  EXPECT_EQ(schedule.UntilDue(65), 40);
  EXPECT_TRUE(schedule.IsDue(105));
  EXPECT_EQ(schedule.UntilDue(200), 0);
}

TEST(RequestScheduleTest, AsksAtOnceAfterAReplyOrANewConnection) {
  RequestSchedule schedule(100);
  schedule.Connected();
  schedule.Sent(0);
  schedule.Replied();
  EXPECT_TRUE(schedule.IsDue(1));
  schedule.Sent(1);
  schedule.Disconnected();
  schedule.Connected();
  EXPECT_TRUE(schedule.IsDue(2));
}

TEST(RequestScheduleTest, ASilentServerIsAskedEverMoreRarely) {
  RequestSchedule schedule(100);
  schedule.Connected();
  int64_t now = 0;
  for (const int64_t patience : {100, 200, 400, 800, 1600, 3200, 6400, 6400}) {
    schedule.Sent(now);
    EXPECT_EQ(schedule.UntilDue(now), patience);
    now += patience;
  }
  schedule.Replied();
  schedule.Sent(now);
  EXPECT_EQ(schedule.UntilDue(now), 100);
}

}  // namespace
}  // namespace airy::ingest
