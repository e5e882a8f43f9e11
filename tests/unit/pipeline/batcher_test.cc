#include "server/pipeline/batcher.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "tests/unit/pipeline/rig.h"

namespace airy::pipeline {
namespace {

class BatcherTest : public ::testing::Test {
 protected:
  static constexpr int64_t kDelayUs = 1000;

  Batcher Make(int max_size, int frame_capacity = 64, int request_capacity = 64) {
    return {{.max_size = max_size,
             .max_delay_us = kDelayUs,
             .frame_capacity = frame_capacity,
             .request_capacity = request_capacity},
            std::make_shared<model::ModelInfo>(),
            rig_.ledger,
            rig_.metrics,
            rig_.clock};
  }
  // Queues an image of a client; its answer's code goes to *code.
  void Request(Batcher& batcher, StatusCode* code, int64_t deadline_ns = 0,
               std::shared_ptr<const std::atomic<bool>> cancelled = nullptr) {
    batcher.Classify(
        std::make_shared<Image>(kInputSize, kInputSize), deadline_ns, cancelled,
        [code](const InferenceQueue::Answer& answer) { *code = answer.status.code(); });
  }

  Rig rig_;
  Batch batch_;
};

TEST_F(BatcherTest, ClosesABatchWhenItIsFullThoughTheClockStandsStill) {
  Batcher batcher = Make(2);
  std::jthread pusher([&] {
    for (uint64_t train = 1; train <= 4; ++train) batcher.Submit(rig_.HitRecord(train));
  });
  for (uint64_t train = 1; train <= 4; train += 2) {
    ASSERT_TRUE(batcher.Next(&batch_));
    ASSERT_EQ(batch_.frames.size(), 2U);
    EXPECT_EQ(batch_.frames[0]->id.train_id, train);
  }
}

TEST_F(BatcherTest, ClosesABatchWhenItsOldestImageHasWaitedFromItsArrival) {
  Batcher batcher = Make(8);
  auto record = rig_.HitRecord(1);
  rig_.clock.Advance(kDelayUs * 1000);  // spent in the stages before
  batcher.Submit(record);
  ASSERT_TRUE(batcher.Next(&batch_));
  EXPECT_EQ(batch_.frames.size(), 1U);
}

TEST_F(BatcherTest, WaitsForCompanyUntilTheDelayIsOver) {
  Batcher batcher = Make(8);
  std::atomic<bool> closed{false};
  std::jthread consumer([&] {
    ASSERT_TRUE(batcher.Next(&batch_));
    closed = true;
  });
  batcher.Submit(rig_.HitRecord(1));
  rig_.clock.Advance(kDelayUs * 1000 / 2);
  EXPECT_FALSE(closed);
  batcher.Submit(rig_.HitRecord(2));
  rig_.clock.Advance(kDelayUs * 1000 / 2);
  consumer.join();
  EXPECT_GE(batch_.frames.size(), 1U);
}

TEST_F(BatcherTest, ServesBothLanesWhileBothAreFull) {
  Batcher batcher = Make(4);
  StatusCode code{};
  for (uint64_t i = 0; i < 20; ++i) {
    batcher.Submit(rig_.HitRecord(i));
    Request(batcher, &code);
  }
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(batcher.Next(&batch_));
    EXPECT_EQ(batch_.frames.size(), 2U);
    EXPECT_EQ(batch_.requests.size(), 2U);
  }
}

TEST_F(BatcherTest, ServesBothLanesInTurnWhenABatchHoldsOneImage) {
  Batcher batcher = Make(1);
  StatusCode code{};
  for (uint64_t i = 0; i < 10; ++i) {
    batcher.Submit(rig_.HitRecord(i));
    Request(batcher, &code);
  }
  size_t frames = 0;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(batcher.Next(&batch_));
    frames += batch_.frames.size();
  }
  EXPECT_EQ(frames, 5U);
}

TEST_F(BatcherTest, OneLaneAloneGetsTheWholeBatch) {
  Batcher batcher = Make(4);
  StatusCode code{};
  for (int i = 0; i < 4; ++i) Request(batcher, &code);
  ASSERT_TRUE(batcher.Next(&batch_));
  EXPECT_EQ(batch_.requests.size(), 4U);
}

TEST_F(BatcherTest, AFullFrameLaneDropsTheOldestHit) {
  Batcher batcher = Make(4, 2);
  for (uint64_t train = 1; train <= 3; ++train) batcher.Submit(rig_.HitRecord(train));
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]->id.train_id, 1U);
  EXPECT_EQ(records[0]->drop_stage, Stage::kBatch);
  EXPECT_EQ(records[0]->drop_reason, DropReason::kQueueFull);
  EXPECT_EQ(records[0]->image, nullptr);
  EXPECT_EQ(rig_.metrics.sources[0].hits->Value(), 1);
}

TEST_F(BatcherTest, AFullRequestLaneRefusesAtOnce) {
  Batcher batcher = Make(4, 2, 1);
  StatusCode first{}, second{};
  Request(batcher, &first);
  Request(batcher, &second);
  EXPECT_EQ(first, StatusCode::kOk);
  EXPECT_EQ(second, StatusCode::kResourceExhausted);
  EXPECT_EQ(rig_.metrics.requests_refused->Value(), 1);
}

TEST_F(BatcherTest, LateAndCancelledRequestsAreAnsweredAndTakeNoRoom) {
  Batcher batcher = Make(1);
  StatusCode late{}, cancelled{}, fresh{};
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  Request(batcher, &late, rig_.clock.SteadyNs() + 10);
  Request(batcher, &cancelled, 0, gone);
  Request(batcher, &fresh);
  rig_.clock.Advance(10);
  *gone = true;
  ASSERT_TRUE(batcher.Next(&batch_));
  EXPECT_EQ(batch_.requests.size(), 1U);
  EXPECT_EQ(late, StatusCode::kDeadlineExceeded);
  EXPECT_EQ(cancelled, StatusCode::kCancelled);
  EXPECT_EQ(rig_.metrics.requests_expired->Value(), 1);
  EXPECT_EQ(rig_.metrics.requests_cancelled->Value(), 1);
}

TEST_F(BatcherTest, DrainsAfterCloseAndTakesNothingMore) {
  Batcher batcher = Make(8);
  batcher.Submit(rig_.HitRecord(1));
  batcher.Close();
  batcher.Submit(rig_.HitRecord(2));
  StatusCode code{};
  Request(batcher, &code);
  EXPECT_EQ(code, StatusCode::kUnavailable);
  EXPECT_EQ(rig_.Dropped(Stage::kBatch, DropReason::kShutdown), 1);
  ASSERT_TRUE(batcher.Next(&batch_));
  EXPECT_EQ(batch_.frames[0]->id.train_id, 1U);
  EXPECT_FALSE(batcher.Next(&batch_));
  EXPECT_EQ(batch_.size(), 0U);
}

TEST_F(BatcherTest, CloseEndsAWaitingConsumer) {
  Batcher batcher = Make(8);
  std::jthread consumer([&] { EXPECT_FALSE(batcher.Next(&batch_)); });
  batcher.Close();
}

}  // namespace
}  // namespace airy::pipeline
