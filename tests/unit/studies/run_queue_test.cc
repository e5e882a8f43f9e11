#include "model/studies/run_queue.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::studies {
namespace {

RunPlan Plan(const std::string& name) {
  RunPlan plan;
  plan.name = name;
  return plan;
}

const std::vector<RunPlan> kPlans = {Plan("a"), Plan("b"), Plan("c")};

// Does runs by writing down their names; stops at one.
struct Notes {
  std::vector<std::string> done{};
  std::string stop_at{};
  std::string fail_at{};

  RunQueue::Worker Worker() {
    return [this](const RunPlan& plan, const std::string& folder,
                  const RunQueue::Position& position) -> Result<RunRecord> {
      EXPECT_EQ(position.count, 3);
      if (plan.name == stop_at) {
        std::ofstream(folder + "/state") << "half done";
        return Status(StatusCode::kCancelled, "stopped");
      }
      if (plan.name == fail_at) return DataLoss("loss is no longer finite");
      done.push_back(plan.name);
      RunRecord record;
      record.figures["accuracy"] = 0.5;
      return record;
    };
  }
};

using Names = std::vector<std::string>;

TEST(RunQueueTest, GoesOnWhereItWasStopped) {
  const testing::TempDir folder;
  Notes first{.stop_at = "b"};
  auto queue = RunQueue::Open(folder.File("q"), kPlans, "set").value();
  ASSERT_OK(queue.Work({}, first.Worker()));
  EXPECT_EQ(first.done, Names{"a"});
  EXPECT_EQ(queue.finished(), 1);
  EXPECT_EQ(queue.Find("b"), nullptr);

  Notes second;
  auto again = RunQueue::Open(folder.File("q"), kPlans, "set").value();
  ASSERT_NE(again.Find("a"), nullptr);
  EXPECT_EQ(again.Find("a")->figures.at("accuracy"), 0.5);
  // What the stopped run left is there for it to go on from.
  EXPECT_TRUE(std::filesystem::exists(again.FolderOf("b") + "/state"));
  ASSERT_OK(again.Work({}, second.Worker()));
  EXPECT_EQ(second.done, (Names{"b", "c"}));
  EXPECT_EQ(again.finished(), 3);
}

TEST(RunQueueTest, StopsAtItsLimits) {
  const testing::TempDir folder;
  auto queue = RunQueue::Open(folder.File("q"), kPlans, "set").value();
  Notes notes;
  ASSERT_OK(queue.Work({.runs = 0, .minutes = {}}, notes.Worker()));
  ASSERT_OK(queue.Work({.runs = {}, .minutes = 0}, notes.Worker()));
  EXPECT_EQ(notes.done, Names{});
  ASSERT_OK(queue.Work({.runs = 2, .minutes = 60}, notes.Worker()));
  EXPECT_EQ(notes.done, (Names{"a", "b"}));
}

TEST(RunQueueTest, DoesARunAgainWhenItsOptionsOrTheSetChanged) {
  const testing::TempDir folder;
  Notes first;
  ASSERT_OK(RunQueue::Open(folder.File("q"), kPlans, "set")->Work({}, first.Worker()));
  std::ofstream(folder.File("q/b/state")) << "of the other plan";
  std::vector<RunPlan> changed = kPlans;
  changed[1].options.learning_rate *= 2;
  Notes second;
  auto queue = RunQueue::Open(folder.File("q"), changed, "set").value();
  EXPECT_EQ(queue.finished(), 2);
  ASSERT_OK(queue.Work({}, second.Worker()));
  EXPECT_EQ(second.done, Names{"b"});
  EXPECT_FALSE(std::filesystem::exists(folder.File("q/b/state")));

  Notes third;
  ASSERT_OK(
      RunQueue::Open(folder.File("q"), changed, "other set")->Work({}, third.Worker()));
  EXPECT_EQ(third.done, (Names{"a", "b", "c"}));
}

TEST(RunQueueTest, DoesARunAgainWhoseFiguresAreCutOff) {
  const testing::TempDir folder;
  Notes first;
  ASSERT_OK(RunQueue::Open(folder.File("q"), kPlans, "set")->Work({}, first.Worker()));
  std::ofstream(folder.File("q/c/figures.json"), std::ios::trunc) << "{\"finger";
  Notes second;
  ASSERT_OK(RunQueue::Open(folder.File("q"), kPlans, "set")->Work({}, second.Worker()));
  EXPECT_EQ(second.done, Names{"c"});
}

TEST(RunQueueTest, PassesOverWhatFailsAndWhatStartsFromIt) {
  const testing::TempDir folder;
  std::vector<RunPlan> plans = kPlans;
  plans[1].start = "a";
  auto queue = RunQueue::Open(folder.File("q"), plans, "set").value();
  Notes notes{.fail_at = "a"};
  ASSERT_OK(queue.Work({}, notes.Worker()));
  EXPECT_EQ(notes.done, Names{"c"});
  EXPECT_EQ(queue.FailureOf("a"), "loss is no longer finite");
  EXPECT_EQ(queue.FailureOf("b"), "its start 'a' is not done");
  EXPECT_EQ(queue.FailureOf("c"), "");
}

TEST(RunQueueTest, TakesRunsOfOneNameAsOneAndRefusesTwoPlansOfOneName) {
  const testing::TempDir folder;
  EXPECT_EQ(RunQueue::Open(folder.File("q"), {Plan("a"), Plan("a")}, "set")->runs(), 1);
  std::vector<RunPlan> plans = {Plan("a"), Plan("a")};
  plans[1].shots = 5;
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                RunQueue::Open(folder.File("q"), plans, "set"));
}

}  // namespace
}  // namespace airy::studies
