#include "server/pipeline/id_sequence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace airy::pipeline {
namespace {

using Kind = IdSequence::Kind;

TEST(IdSequenceTest, SuccessiveTrainsMissNothing) {
  IdSequence ids({});
  for (uint64_t train = 100; train < 110; ++train) {
    const auto seen = ids.Observe(train, 0);
    EXPECT_EQ(seen.kind, Kind::kInOrder);
    EXPECT_EQ(seen.missing, 0U);
  }
}

TEST(IdSequenceTest, AJumpCountsTheTrainsBetween) {
  IdSequence ids({});
  ids.Observe(100, 0);
  EXPECT_EQ(ids.Observe(104, 0).missing, 3U);
  EXPECT_EQ(ids.Observe(105, 0).missing, 0U);
}

TEST(IdSequenceTest, LearnsHowManyFramesATrainHas) {
  IdSequence ids({});
  for (uint64_t pulse : {0, 4, 8}) ids.Observe(100, pulse);
  EXPECT_EQ(ids.Observe(103, 0).missing, 6U);
}

TEST(IdSequenceTest, AConfiguredTrainLengthShowsLossInsideATrain) {
  IdSequence ids({.frames_per_train = 4});
  ids.Observe(100, 0);
  ids.Observe(100, 1);
  EXPECT_EQ(ids.Observe(102, 0).missing, 2U + 4U);
}

TEST(IdSequenceTest, TrainsMayComeInSteps) {
  IdSequence ids({.train_step = 12});
  ids.Observe(1200, 0);
  EXPECT_EQ(ids.Observe(1212, 0).missing, 0U);
  EXPECT_EQ(ids.Observe(1248, 0).missing, 2U);
  EXPECT_EQ(ids.Observe(1236, 0).kind, Kind::kLate);
}

TEST(IdSequenceTest, ALateTrainIsLateOnceAndThenRepeated) {
  IdSequence ids({});
  ids.Observe(100, 0);
  ids.Observe(105, 0);
  EXPECT_EQ(ids.Observe(102, 0).kind, Kind::kLate);
  EXPECT_EQ(ids.Observe(102, 1).kind, Kind::kLate);
  EXPECT_EQ(ids.Observe(102, 1).kind, Kind::kRepeated);
  EXPECT_EQ(ids.Observe(103, 0).kind, Kind::kLate);
  EXPECT_EQ(ids.Observe(102, 0).kind, Kind::kRepeated);
  EXPECT_EQ(ids.Observe(100, 0).kind, Kind::kRepeated);
  EXPECT_EQ(ids.Observe(106, 0).missing, 0U);
}

TEST(IdSequenceTest, ARepeatedPulseIsSeen) {
  IdSequence ids({});
  ids.Observe(100, 0);
  ids.Observe(100, 1);
  EXPECT_EQ(ids.Observe(100, 1).kind, Kind::kRepeated);
  EXPECT_EQ(ids.Observe(100, 2).kind, Kind::kInOrder);
}

TEST(IdSequenceTest, FarBackIsARestartAndNothingIsMissing) {
  IdSequence ids({.reorder_trains = 10});
  ids.Observe(1000, 0);
  EXPECT_EQ(ids.Observe(990, 0).kind, Kind::kRestarted);
  EXPECT_EQ(ids.Observe(991, 0).kind, Kind::kInOrder);
  EXPECT_EQ(ids.Observe(993, 0).missing, 1U);
}

TEST(IdSequenceTest, FarAheadIsARestartAndNothingIsMissing) {
  IdSequence ids({.max_gap_trains = 100});
  ids.Observe(1, 0);
  EXPECT_EQ(ids.Observe(102, 0).missing, 100U);
  const auto seen = ids.Observe(102 + 102, 0);
  EXPECT_EQ(seen.kind, Kind::kRestarted);
  EXPECT_EQ(seen.missing, 0U);
}

TEST(IdSequenceTest, TheExtremesOfAnIdDoNotOverflow) {
  IdSequence ids({});
  ids.Observe(0, 0);
  EXPECT_EQ(ids.Observe(UINT64_MAX, UINT64_MAX).kind, Kind::kRestarted);
  EXPECT_EQ(ids.Observe(0, 0).kind, Kind::kRestarted);
}

// Whatever the network does to a numbered stream, the counts add up to what was sent.
TEST(IdSequenceTest, SentIsReceivedPlusMissingLessLateLessRepeated) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    constexpr uint64_t kTrains = 400;
    std::vector<uint64_t> stream;
    for (uint64_t train = 1; train <= kTrains; ++train) {
      const bool edge = train == 1 || train == kTrains;
      if (!edge && random() % 5 == 0) continue;  // lost
      stream.push_back(train);
      if (!edge && random() % 10 == 0) stream.push_back(train);  // repeated
    }
    // Reordered within a few places, the ends kept.
    for (size_t i = 1; i + 6 < stream.size(); i += 5) {
      std::shuffle(stream.begin() + static_cast<ptrdiff_t>(i),
                   stream.begin() + static_cast<ptrdiff_t>(i) + 5, random);
    }
    IdSequence ids({});
    uint64_t missing = 0, late = 0, repeated = 0;
    for (const uint64_t train : stream) {
      const auto seen = ids.Observe(train, 0);
      missing += seen.missing;
      late += seen.kind == Kind::kLate ? 1 : 0;
      repeated += seen.kind == Kind::kRepeated ? 1 : 0;
      ASSERT_NE(seen.kind, Kind::kRestarted);
    }
    ASSERT_EQ(stream.size() + missing - late - repeated, kTrains) << "seed " << seed;
  }
}

}  // namespace
}  // namespace airy::pipeline
