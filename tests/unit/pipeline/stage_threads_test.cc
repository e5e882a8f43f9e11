#include "server/pipeline/stage_threads.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <stdexcept>

namespace airy::pipeline {
namespace {

TEST(StageThreadsTest, NamesItsThreads) {
  std::array<char, 16> name{};
  StageThreads stage("work", [](auto, auto) { FAIL(); });
  stage.Start([&] { pthread_getname_np(pthread_self(), name.data(), name.size()); });
  stage.Join();
  EXPECT_STREQ(name.data(), "work-0");
}

TEST(StageThreadsTest, JoinWaitsForEveryBody) {
  std::atomic<int> ended{0};
  StageThreads stage("work", [](auto, auto) { FAIL(); });
  for (int i = 0; i < 4; ++i) {
    stage.Start([&] { ++ended; });
  }
  stage.Join();
  EXPECT_EQ(ended, 4);
}

TEST(StageThreadsTest, AnEscapingExceptionIsReportedWithTheStage) {
  std::string report;
  StageThreads stage("infer", [&](std::string_view name, std::string_view what) {
    report = std::string(name) + ": " + std::string(what);
  });
  stage.Start([] { throw std::runtime_error("boom"); });
  stage.Join();
  EXPECT_EQ(report, "infer: boom");
}

TEST(StageThreadsTest, AForeignExceptionIsReportedToo) {
  std::string report;
  StageThreads stage("infer", [&](auto, std::string_view what) { report = what; });
  stage.Start([] { throw 7; });
  stage.Join();
  EXPECT_EQ(report, "unknown exception");
}

}  // namespace
}  // namespace airy::pipeline
