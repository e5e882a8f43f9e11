#include "server/pipeline/hub.h"

#include <gtest/gtest.h>

#include <thread>

#include "server/pipeline/source.h"

namespace airy::pipeline {
namespace {

class HubTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Record> MakeRecord(uint64_t train_id, const SourceInfo& source,
                                           Outcome outcome = Outcome::kClassified) {
    auto record = std::make_shared<Record>();
    record->id.train_id = train_id;
    record->source = &source;
    record->outcome = outcome;
    record->hit.is_hit = outcome != Outcome::kMiss;
    return record;
  }
  static uint64_t PopTrain(Mailbox& mailbox) {
    const auto record = mailbox.Pop();
    return record ? (*record)->id.train_id : 0;
  }

  SourceInfo newest_;
  SourceInfo lossless_ = [] {
    SourceInfo source;
    source.policy = SourcePolicy::kLossless;
    return source;
  }();
  Hub hub_;
};

TEST_F(HubTest, EveryMailboxGetsEveryRecord) {
  auto a = hub_.Subscribe({.name = "a"});
  auto b = hub_.Subscribe({.name = "b"});
  hub_.Publish(MakeRecord(1, newest_));
  hub_.Publish(MakeRecord(2, newest_));
  for (auto* mailbox : {a.get(), b.get()}) {
    EXPECT_EQ(PopTrain(*mailbox), 1U);
    EXPECT_EQ(PopTrain(*mailbox), 2U);
  }
}

TEST_F(HubTest, ASlowMailboxLosesItsOldestAndDelaysNobody) {
  auto slow = hub_.Subscribe({.name = "slow", .capacity = 2});
  auto fast = hub_.Subscribe({.name = "fast", .capacity = 100});
  for (uint64_t i = 1; i <= 50; ++i) {
    hub_.Publish(MakeRecord(i, i % 2 == 0 ? newest_ : lossless_));
  }
  EXPECT_EQ(fast->depth(), 50U);
  EXPECT_EQ(fast->dropped(), 0U);
  EXPECT_EQ(slow->dropped(), 48U);
  EXPECT_EQ(PopTrain(*slow), 49U);
}

TEST_F(HubTest, TellsWhichRecordAMailboxLost) {
  std::vector<uint64_t> lost;
  auto slow = hub_.Subscribe(
      {.name = "slow", .capacity = 1},
      [](void* context, const Mailbox& mailbox, const Record& record) {
        EXPECT_EQ(mailbox.options().name, "slow");
        static_cast<std::vector<uint64_t>*>(context)->push_back(record.id.train_id);
      },
      &lost);
  for (uint64_t i = 1; i <= 3; ++i) hub_.Publish(MakeRecord(i, newest_));
  EXPECT_EQ(lost, (std::vector<uint64_t>{1, 2}));
}

TEST_F(HubTest, ALosslessRecordWaitsForAMailboxThatAsksForIt) {
  auto recorder =
      hub_.Subscribe({.name = "recorder", .capacity = 1, .blocks_lossless = true});
  hub_.Publish(MakeRecord(1, lossless_));
  std::jthread publisher([&] { hub_.Publish(MakeRecord(2, lossless_)); });
  EXPECT_EQ(PopTrain(*recorder), 1U);
  EXPECT_EQ(PopTrain(*recorder), 2U);
  EXPECT_EQ(recorder->dropped(), 0U);
}

TEST_F(HubTest, ANewestRecordGivesWayToLosslessOnes) {
  std::vector<uint64_t> lost;
  auto recorder = hub_.Subscribe(
      {.name = "recorder", .capacity = 1, .blocks_lossless = true},
      [](void* context, const Mailbox&, const Record& record) {
        static_cast<std::vector<uint64_t>*>(context)->push_back(record.id.train_id);
      },
      &lost);
  hub_.Publish(MakeRecord(1, lossless_));
  hub_.Publish(MakeRecord(2, newest_));
  EXPECT_EQ(lost, (std::vector<uint64_t>{2}));
  EXPECT_EQ(PopTrain(*recorder), 1U);
}

TEST_F(HubTest, HitsOnlyMeansClassifiedHits) {
  auto hits = hub_.Subscribe({.name = "hits", .hits_only = true});
  hub_.Publish(MakeRecord(1, newest_, Outcome::kMiss));
  hub_.Publish(MakeRecord(2, newest_, Outcome::kDropped));
  hub_.Publish(MakeRecord(3, newest_, Outcome::kClassified));
  EXPECT_EQ(hits->depth(), 1U);
  EXPECT_EQ(PopTrain(*hits), 3U);
}

TEST_F(HubTest, AnUnsubscribedMailboxGetsNothingMore) {
  auto gone = hub_.Subscribe({.name = "gone"});
  hub_.Unsubscribe(gone);
  EXPECT_EQ(hub_.subscribers(), 0U);
  hub_.Publish(MakeRecord(1, newest_));
  EXPECT_EQ(gone->Pop(), std::nullopt);
}

TEST_F(HubTest, UnsubscribingFreesAPublisherThatWaitsForIt) {
  auto stuck = hub_.Subscribe({.name = "stuck", .capacity = 1, .blocks_lossless = true});
  hub_.Publish(MakeRecord(1, lossless_));
  std::jthread publisher([&] { hub_.Publish(MakeRecord(2, lossless_)); });
  hub_.Unsubscribe(stuck);
}

TEST_F(HubTest, CloseLetsConsumersDrainAndLatecomersEnd) {
  auto mailbox = hub_.Subscribe({.name = "m"});
  hub_.Publish(MakeRecord(1, newest_));
  hub_.Close();
  EXPECT_EQ(PopTrain(*mailbox), 1U);
  EXPECT_EQ(mailbox->Pop(), std::nullopt);
  EXPECT_EQ(hub_.Subscribe({.name = "late"})->Pop(), std::nullopt);
}

}  // namespace
}  // namespace airy::pipeline
