#include "server/pipeline/bounded_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace airy::pipeline {
namespace {

using Queue = BoundedQueue<int>;

Queue::PushResult Push(Queue& queue, int value, Overflow overflow,
                       std::optional<int>* dropped = nullptr) {
  return queue.Push(value, overflow, dropped);
}

TEST(BoundedQueueTest, IsFirstInFirstOut) {
  Queue queue(3);
  for (int i = 0; i < 3; ++i) Push(queue, i, Overflow::kRefuse);
  EXPECT_EQ(queue.size(), 3U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.Pop(), i);
  EXPECT_EQ(queue.TryPop(), std::nullopt);
}

TEST(BoundedQueueTest, RefusesWhenFullAndLeavesTheItemUntouched) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  using Result = BoundedQueue<std::unique_ptr<int>>::PushResult;
  EXPECT_EQ(queue.Push(first, Overflow::kRefuse), Result::kOk);
  EXPECT_EQ(queue.Push(second, Overflow::kRefuse), Result::kRefused);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*second, 2);
}

TEST(BoundedQueueTest, DropsTheOldestAndHandsItBack) {
  Queue queue(2);
  std::optional<int> dropped;
  for (int i = 0; i < 2; ++i) Push(queue, i, Overflow::kDropOldest, &dropped);
  EXPECT_FALSE(dropped);
  EXPECT_EQ(Push(queue, 2, Overflow::kDropOldest, &dropped), Queue::PushResult::kOk);
  EXPECT_EQ(dropped, 0);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), 2);
}

TEST(BoundedQueueTest, NeverDropsAnItemThatWasPushedToStay) {
  Queue queue(2);
  std::optional<int> dropped;
  Push(queue, 0, Overflow::kBlock);
  Push(queue, 1, Overflow::kDropOldest);
  EXPECT_EQ(Push(queue, 2, Overflow::kDropOldest, &dropped), Queue::PushResult::kOk);
  EXPECT_EQ(dropped, 1);
  EXPECT_EQ(queue.Pop(), 0);
  Push(queue, 3, Overflow::kBlock);
  EXPECT_EQ(queue.Pop(), 2);
  Push(queue, 4, Overflow::kBlock);
  dropped.reset();
  EXPECT_EQ(Push(queue, 5, Overflow::kDropOldest, &dropped), Queue::PushResult::kRefused);
  EXPECT_FALSE(dropped);
}

TEST(BoundedQueueTest, ABlockedPushGoesOnWhenThereIsRoom) {
  Queue queue(1);
  Push(queue, 0, Overflow::kBlock);
  std::jthread pusher([&] { Push(queue, 1, Overflow::kBlock); });
  EXPECT_EQ(queue.Pop(), 0);
  EXPECT_EQ(queue.Pop(), 1);
}

TEST(BoundedQueueTest, CloseFreesABlockedPushAndKeepsItsItem) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto first = std::make_unique<int>(1);
  queue.Push(first, Overflow::kBlock);
  auto second = std::make_unique<int>(2);
  using Result = BoundedQueue<std::unique_ptr<int>>::PushResult;
  Result result = Result::kOk;
  {
    std::jthread pusher([&] { result = queue.Push(second, Overflow::kBlock); });
    queue.Close();
  }
  EXPECT_EQ(result, Result::kClosed);
  EXPECT_NE(second, nullptr);
}

TEST(BoundedQueueTest, AClosedQueueIsDrainedBeforeItEnds) {
  Queue queue(2);
  Push(queue, 7, Overflow::kBlock);
  queue.Close();
  EXPECT_EQ(Push(queue, 8, Overflow::kDropOldest), Queue::PushResult::kClosed);
  EXPECT_EQ(queue.Pop(), 7);
  EXPECT_EQ(queue.Pop(), std::nullopt);
  bool closed = false;
  EXPECT_EQ(queue.PopFor(std::chrono::hours(1), &closed), std::nullopt);
  EXPECT_TRUE(closed);
}

TEST(BoundedQueueTest, PopForGivesUpAfterItsTimeout) {
  Queue queue(1);
  bool closed = true;
  EXPECT_EQ(queue.PopFor(std::chrono::nanoseconds(1), &closed), std::nullopt);
  EXPECT_FALSE(closed);
}

TEST(BoundedQueueTest, EveryItemOfManyThreadsComesOutOrIsHandedBackOnce) {
  constexpr int kPushers = 4;
  constexpr int kEach = 5000;
  Queue queue(8);
  std::vector<std::vector<int>> seen(kPushers + 2);
  {
    std::vector<std::jthread> poppers;
    for (int p = 0; p < 2; ++p) {
      poppers.emplace_back([&, p] {
        while (auto item = queue.Pop()) seen[static_cast<size_t>(p)].push_back(*item);
      });
    }
    {
      std::vector<std::jthread> pushers;
      for (int p = 0; p < kPushers; ++p) {
        pushers.emplace_back([&, p] {
          for (int i = 0; i < kEach; ++i) {
            std::optional<int> dropped;
            const auto overflow = p % 2 == 0 ? Overflow::kBlock : Overflow::kDropOldest;
            const int value = p * kEach + i;
            auto& lost = seen[static_cast<size_t>(2 + p)];
            if (Push(queue, value, overflow, &dropped) == Queue::PushResult::kRefused) {
              lost.push_back(value);
            }
            if (dropped) lost.push_back(*dropped);
          }
        });
      }
    }
    queue.Close();
  }
  std::multiset<int> all;
  for (const auto& some : seen) all.insert(some.begin(), some.end());
  ASSERT_EQ(all.size(), static_cast<size_t>(kPushers * kEach));
  for (int i = 0; i < kPushers * kEach; ++i) ASSERT_EQ(all.count(i), 1U) << i;
}

}  // namespace
}  // namespace airy::pipeline
