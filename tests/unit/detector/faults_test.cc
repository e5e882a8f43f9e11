#include "client/detector/faults.h"

#include <gmock/gmock.h>

#include <array>
#include <memory>
#include <string>

#include "tests/testing/status.h"

namespace airy::detector {
namespace {

using ::testing::SizeIs;

OwnedBytes PartOf(const std::string& text) {
  auto owner = std::make_shared<const std::string>(text);
  return {owner, std::as_bytes(std::span(*owner))};
}

TrainMessage Train(char id) {
  return {PartOf(std::string(1, id)), PartOf("abcdefgh"), PartOf("tail")};
}

char IdOf(const TrainMessage& train) { return static_cast<char>(train.at(0).bytes[0]); }

FaultPlan Plan(const char* text) {
  auto plan = FaultPlan::Parse(text, 1);
  EXPECT_OK(plan);
  return std::move(plan).value();
}

TEST(FaultPlanTest, WithoutFaultsEveryTrainGoesOutAsItIs) {
  FaultPlan plan = Plan("");
  std::vector<TrainMessage> sent;
  EXPECT_EQ(plan.Apply(Train('a'), &sent), Fault::kNone);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_THAT(sent[0], SizeIs(3));
}

TEST(FaultPlanTest, DropSendsNothing) {
  FaultPlan plan = Plan("drop:1");
  std::vector<TrainMessage> sent;
  EXPECT_EQ(plan.Apply(Train('a'), &sent), Fault::kDrop);
  EXPECT_THAT(sent, SizeIs(0));
}

TEST(FaultPlanTest, TruncateHalvesTheLargestPartAndDropsWhatFollows) {
  FaultPlan plan = Plan("truncate:1");
  std::vector<TrainMessage> sent;
  EXPECT_EQ(plan.Apply(Train('a'), &sent), Fault::kTruncate);
  ASSERT_THAT(sent, SizeIs(1));
  ASSERT_THAT(sent[0], SizeIs(2));
  EXPECT_EQ(sent[0][1].bytes.size(), 4u);
}

TEST(FaultPlanTest, DuplicateSendsTwice) {
  FaultPlan plan = Plan("duplicate:1");
  std::vector<TrainMessage> sent;
  EXPECT_EQ(plan.Apply(Train('a'), &sent), Fault::kDuplicate);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(IdOf(sent[0]), IdOf(sent[1]));
}

TEST(FaultPlanTest, ReorderHoldsATrainBackBehindTheNext) {
  FaultPlan plan = Plan("reorder:1");
  std::vector<TrainMessage> sent;
  EXPECT_EQ(plan.Apply(Train('a'), &sent), Fault::kReorder);
  EXPECT_THAT(sent, SizeIs(0));
  EXPECT_EQ(plan.Apply(Train('b'), &sent), Fault::kNone);
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(IdOf(sent[0]), 'b');
  EXPECT_EQ(IdOf(sent[1]), 'a');
  EXPECT_EQ(plan.Apply(Train('c'), &sent), Fault::kReorder);
  const auto held_back = plan.TakeHeldBack();
  ASSERT_TRUE(held_back);
  EXPECT_EQ(IdOf(*held_back), 'c');
  EXPECT_FALSE(plan.TakeHeldBack());
}

TEST(FaultPlanTest, FaultsComeAtTheirRates) {
  FaultPlan plan = Plan("drop:0.1,truncate:0.3");
  std::vector<TrainMessage> sent;
  std::array<int, kFaultNames.size()> count{};
  for (int i = 0; i < 10'000; ++i) {
    ++count[static_cast<size_t>(plan.Apply(Train('a'), &sent))];
  }
  EXPECT_NEAR(count[static_cast<size_t>(Fault::kDrop)], 1000, 150);
  EXPECT_NEAR(count[static_cast<size_t>(Fault::kTruncate)], 3000, 250);
  EXPECT_EQ(count[static_cast<size_t>(Fault::kDuplicate)], 0);
}

TEST(FaultPlanTest, RefusesWhatItDoesNotUnderstand) {
  for (const char* text : {"explode:0.1", "drop", "drop:x", "drop:-1", "drop:2",
                           "none:0.5", "drop:0.6,reorder:0.6"}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, FaultPlan::Parse(text, 1));
  }
}

}  // namespace
}  // namespace airy::detector
