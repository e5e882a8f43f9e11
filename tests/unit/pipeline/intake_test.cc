#include "server/pipeline/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/pipeline/rig.h"

namespace airy::pipeline {
namespace {

class IntakeTest : public ::testing::Test {
 protected:
  SourceIntake Door(size_t source = 0) {
    return {rig_.sources[source],         {},        queue_, rig_.ledger,
            rig_.metrics.sources[source], rig_.clock};
  }
  Rig rig_{{SmallSource("live", 0), SmallSource("file", 1, SourcePolicy::kLossless)}};
  FrameQueue queue_{2};
};

TEST_F(IntakeTest, StampsTheSourceAndTheTimeOfDecoding) {
  SourceIntake door = Door();
  Frame frame = UniformFrame(7, kHit, rig_.clock);
  rig_.clock.Advance(1000);
  EXPECT_TRUE(door.Submit(std::move(frame)));
  const auto queued = queue_.Pop();
  EXPECT_EQ(queued->frame.id.source, "live");
  EXPECT_EQ(queued->source, &rig_.sources[0]);
  EXPECT_EQ(queued->decoded_ns, queued->frame.arrival_steady_ns + 1000);
  EXPECT_EQ(rig_.metrics.sources[0].received->Value(), 1);
}

TEST_F(IntakeTest, ALiveSourceDropsItsOldestFrameWithARecord) {
  SourceIntake door = Door();
  for (uint64_t train = 1; train <= 3; ++train) {
    EXPECT_TRUE(door.Submit(UniformFrame(train, kHit, rig_.clock)));
  }
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]->id.train_id, 1U);
  EXPECT_EQ(records[0]->id.source, "live");
  EXPECT_EQ(records[0]->outcome, Outcome::kDropped);
  EXPECT_EQ(records[0]->drop_stage, Stage::kIngest);
  EXPECT_EQ(records[0]->drop_reason, DropReason::kQueueFull);
  EXPECT_EQ(rig_.Dropped(Stage::kIngest, DropReason::kQueueFull), 1);
}

TEST_F(IntakeTest, ALosslessSourceWaitsForRoom) {
  SourceIntake door = Door(1);
  std::jthread source([&] {
    for (uint64_t train = 1; train <= 10; ++train) {
      EXPECT_TRUE(door.Submit(UniformFrame(train, kHit, rig_.clock)));
    }
  });
  for (uint64_t train = 1; train <= 10; ++train) {
    EXPECT_EQ(queue_.Pop()->frame.id.train_id, train);
  }
  EXPECT_TRUE(rig_.Published().empty());
}

TEST_F(IntakeTest, ALiveFrameThatFindsOnlyLosslessOnesIsItselfDropped) {
  SourceIntake live = Door(0);
  SourceIntake file = Door(1);
  file.Submit(UniformFrame(1, kHit, rig_.clock));
  file.Submit(UniformFrame(2, kHit, rig_.clock));
  EXPECT_TRUE(live.Submit(UniformFrame(9, kHit, rig_.clock)));
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]->id.source, "live");
}

TEST_F(IntakeTest, AFrameThatComesDuringShutdownIsAccountedFor) {
  SourceIntake door = Door();
  queue_.Close();
  EXPECT_FALSE(door.Submit(UniformFrame(1, kHit, rig_.clock)));
  EXPECT_EQ(rig_.metrics.sources[0].received->Value(), 1);
  EXPECT_EQ(rig_.Dropped(Stage::kIngest, DropReason::kShutdown), 1);
}

TEST_F(IntakeTest, CountsWhatTheIdsTell) {
  SourceIntake door = Door();
  for (const uint64_t train : {10, 14, 12, 12, 1'000'000'000}) {
    door.Submit(UniformFrame(train, kNoHit, rig_.clock));
  }
  const auto& series = rig_.metrics.sources[0];
  EXPECT_EQ(series.id_gaps->Value(), 3);
  EXPECT_EQ(series.id_late->Value(), 1);
  EXPECT_EQ(series.id_repeats->Value(), 1);
  EXPECT_EQ(series.id_restarts->Value(), 1);
}

TEST_F(IntakeTest, RejectionsAreCountedAndLoggedOncePerReasonAndSecond) {
  SourceIntake door = Door();
  ::testing::internal::CaptureStderr();
  telemetry::InitLog({});
  for (int i = 0; i < 5; ++i) door.Reject(RejectReason::kBadShape, "axes fyx, shape (3)");
  door.Reject(RejectReason::kTruncated, "2 of 4 parts");
  rig_.clock.Advance(1'000'000'000);
  door.Reject(RejectReason::kBadShape, "again");
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 3) << log;
  EXPECT_THAT(log, ::testing::HasSubstr("detail=again more=4"));
  const auto& rejected = rig_.metrics.sources[0].rejected;
  EXPECT_EQ(rejected[static_cast<size_t>(RejectReason::kBadShape)]->Value(), 6);
  EXPECT_EQ(rejected[static_cast<size_t>(RejectReason::kTruncated)]->Value(), 1);
}

TEST_F(IntakeTest, ShowsWhetherTheSourceDelivers) {
  SourceIntake door = Door();
  door.SetConnected(true);
  EXPECT_EQ(rig_.metrics.sources[0].connected->Value(), 1);
  door.SetConnected(false);
  EXPECT_EQ(rig_.metrics.sources[0].connected->Value(), 0);
}

}  // namespace
}  // namespace airy::pipeline
