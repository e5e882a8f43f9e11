#include "server/shutdown_watch.h"

#include <gtest/gtest.h>

#include <latch>

namespace airy::server {
namespace {

TEST(ShutdownWatchTest, NamesTheStageThatIsWaitedForWhenTheBudgetIsOver) {
  std::string hung;
  std::latch over(1);
  ShutdownWatch watch(std::chrono::milliseconds(50), [&](std::string_view stage) {
    hung = stage;
    over.count_down();
  });
  watch.Enter("sources");
  watch.Enter("infer");
  over.wait();
  EXPECT_EQ(hung, "infer");
}

TEST(ShutdownWatchTest, AShutdownWithinItsBudgetIsLeftAlone) {
  ShutdownWatch watch(std::chrono::hours(1), [](std::string_view) { FAIL(); });
  watch.Enter("sources");
}

}  // namespace
}  // namespace airy::server
