#include "preprocess/frame/clock.h"

#include <gtest/gtest.h>

#include <ctime>

namespace airy {
namespace {

TEST(ClockTest, SteadyTimeNeverGoesBack) {
  int64_t last = SystemClock().SteadyNs();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t now = SystemClock().SteadyNs();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(ClockTest, UnixTimeIsTheMachinesInNanoseconds) {
  const int64_t before = std::time(nullptr);
  const int64_t now = SystemClock().UnixNs();
  EXPECT_GE(now, (before - 1) * 1'000'000'000);
  EXPECT_LT(now, (before + 60) * 1'000'000'000);
}

}  // namespace
}  // namespace airy
