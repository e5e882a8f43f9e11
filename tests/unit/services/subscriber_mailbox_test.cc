#include "server/services/subscriber_mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/testing/records.h"

namespace airy::services {
namespace {

using testing::MakeMiss;
using testing::Share;
using Action = SubscriberMailbox::Step::Action;

TEST(SubscriberMailboxTest, OneWriteAtATime) {
  SubscriberMailbox mailbox(8);
  mailbox.Offer(Share(MakeMiss(1)));
  mailbox.Offer(Share(MakeMiss(2)));
  EXPECT_EQ(mailbox.Next().action, Action::kNothing)
      << "the initial metadata comes first";
  mailbox.Written(true);
  const auto step = mailbox.Next();
  EXPECT_EQ(step.action, Action::kWrite);
  EXPECT_EQ(step.record->id.train_id, 1U);
  EXPECT_EQ(mailbox.Next().action, Action::kNothing);
  mailbox.Written(true);
  EXPECT_EQ(mailbox.Next().record->id.train_id, 2U);
  mailbox.Written(true);
  EXPECT_EQ(mailbox.Next().action, Action::kNothing);
}

TEST(SubscriberMailboxTest, LosesTheOldestAndSaysHowMany) {
  SubscriberMailbox mailbox(2);
  EXPECT_EQ(mailbox.Offer(Share(MakeMiss(1))), 0U);
  EXPECT_EQ(mailbox.Offer(Share(MakeMiss(2))), 0U);
  EXPECT_EQ(mailbox.Offer(Share(MakeMiss(3))), 1U);
  EXPECT_EQ(mailbox.Offer(Share(MakeMiss(4))), 1U);
  EXPECT_EQ(mailbox.CountLost(), 1U);
  mailbox.Written(true);
  const auto step = mailbox.Next();
  EXPECT_EQ(step.record->id.train_id, 3U);
  EXPECT_EQ(step.missed, 3U);
}

TEST(SubscriberMailboxTest, FinishesOnceAfterWhatIsThere) {
  SubscriberMailbox mailbox(2);
  mailbox.Written(true);
  mailbox.Offer(Share(MakeMiss(1)));
  mailbox.Close();
  EXPECT_EQ(mailbox.Offer(Share(MakeMiss(2))), 0U);
  EXPECT_EQ(mailbox.Next().action, Action::kWrite);
  EXPECT_EQ(mailbox.Next().action, Action::kNothing);
  mailbox.Written(true);
  EXPECT_EQ(mailbox.Next().action, Action::kFinish);
  EXPECT_EQ(mailbox.Next().action, Action::kNothing);
  mailbox.Cancel();
  EXPECT_EQ(mailbox.Next().action, Action::kNothing);
}

TEST(SubscriberMailboxTest, ThrowsAwayWhatNobodyReads) {
  SubscriberMailbox cancelled(2);
  cancelled.Offer(Share(MakeMiss(1)));
  cancelled.Cancel();
  EXPECT_EQ(cancelled.Next().action, Action::kNothing) << "a write is still under way";
  cancelled.Written(true);
  EXPECT_EQ(cancelled.Next().action, Action::kFinishCancelled);

  SubscriberMailbox broken(2);
  broken.Offer(Share(MakeMiss(1)));
  broken.Written(false);
  EXPECT_EQ(broken.Next().action, Action::kFinishCancelled);
}

// A writer that, like gRPC, takes its turn on whatever thread comes along.
TEST(SubscriberMailboxTest, LosesNothingUncountedBetweenThreads) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 5000;
  SubscriberMailbox mailbox(4);  // fewer than are offered between two turns
  std::atomic<uint64_t> written{0};
  std::atomic<uint64_t> last_missed{0};
  std::atomic<int> finished{0};
  int under_way = 0;  // unguarded on purpose: there is one write at a time
  const auto advance = [&] {
    for (auto step = mailbox.Next(); step.action != Action::kNothing;
         step = mailbox.Next()) {
      if (step.action == Action::kFinish) {
        ++finished;
        return;
      }
      EXPECT_EQ(++under_way, 1);
      ++written;
      last_missed = step.missed;
      --under_way;
      mailbox.Written(true);
    }
  };
  const auto record = Share(MakeMiss(1));
  std::atomic<uint64_t> lost{0};
  std::vector<std::jthread> offering;
  for (uint64_t i = 0; i < kThreads; ++i) {
    offering.emplace_back([&] {
      for (uint64_t k = 0; k < kEach; ++k) {
        lost += mailbox.Offer(record);
        if (k % 7 == 0) advance();
      }
    });
  }
  mailbox.Written(true);
  offering.clear();
  mailbox.Close();
  advance();
  EXPECT_EQ(written + lost, kThreads * kEach);
  EXPECT_GT(lost, 0U);
  EXPECT_EQ(last_missed, lost);
  EXPECT_EQ(finished, 1);
}

}  // namespace
}  // namespace airy::services
