#include "server/thread_plan.h"

#include <gtest/gtest.h>

namespace airy::server {
namespace {

TEST(ThreadPlanTest, NeverPlansMoreComputingThreadsThanCores) {
  for (int cores = 2; cores <= 256; ++cores) {
    const ThreadPlan plan = PlanThreads({}, cores, false);
    EXPECT_GE(plan.worker_threads, 1);
    EXPECT_LE(plan.worker_threads + plan.engine_instances * plan.intra_op_threads, cores)
        << cores;
  }
}

TEST(ThreadPlanTest, TwoCoresAreOneWorkerAndOneEngine) {
  const ThreadPlan plan = PlanThreads({}, 2, false);
  EXPECT_EQ(plan.worker_threads, 1);
  EXPECT_EQ(plan.engine_instances, 1);
  EXPECT_EQ(plan.intra_op_threads, 1);
}

TEST(ThreadPlanTest, OneCoreStillDoesEverything) {
  const ThreadPlan plan = PlanThreads({}, 1, false);
  EXPECT_EQ(plan.worker_threads, 1);
  EXPECT_EQ(plan.engine_instances, 1);
  EXPECT_EQ(plan.intra_op_threads, 1);
}

TEST(ThreadPlanTest, ManyCoresUseThreadsInsideEnginesToo) {
  const ThreadPlan plan = PlanThreads({}, 64, false);
  EXPECT_EQ(plan.engine_instances, 8);
  EXPECT_GT(plan.intra_op_threads, 1);
}

TEST(ThreadPlanTest, WhatIsConfiguredIsTaken) {
  Config config;
  config.pipeline.worker_threads = 3;
  config.engine.instances = 2;
  config.engine.intra_op_threads = 5;
  const ThreadPlan plan = PlanThreads(config, 4, false);
  EXPECT_EQ(plan.worker_threads, 3);
  EXPECT_EQ(plan.engine_instances, 2);
  EXPECT_EQ(plan.intra_op_threads, 5);
}

TEST(ThreadPlanTest, AGpuNeedsOneEngine) {
  const ThreadPlan plan = PlanThreads({}, 32, true);
  EXPECT_EQ(plan.engine_instances, 1);
  EXPECT_EQ(plan.intra_op_threads, 1);
}

TEST(ThreadPlanTest, ThereIsAtLeastOneCore) { EXPECT_GE(AvailableCores(), 1); }

}  // namespace
}  // namespace airy::server
