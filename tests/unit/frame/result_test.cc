#include "preprocess/frame/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace airy {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return InvalidArgument("number must be even");
  return number / 2;
}

Status CheckQuarter(int number) {
  AIRY_ASSIGN_OR_RETURN(const int half, Half(number));
  AIRY_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter > 0 ? OkStatus() : FailedPrecondition("too small");
}

Result<std::string> Describe(int number) {
  AIRY_TRY(CheckQuarter(number));
  return std::string("fine");
}

TEST(ResultTest, HoldsAValue) {
  const Result<int> half = Half(6);
  ASSERT_TRUE(half.ok());
  EXPECT_TRUE(half.status().ok());
  EXPECT_EQ(half.value(), 3);
  EXPECT_EQ(*half, 3);
}

TEST(ResultTest, HoldsAStatus) {
  const Result<int> half = Half(5);
  EXPECT_FALSE(half.ok());
  EXPECT_EQ(half.status().code(), StatusCode::kInvalidArgument);
}

TEST(ResultTest, MovesAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(7);
  EXPECT_EQ(**made, 7);
  const std::unique_ptr<int> taken = std::move(made).value();
  EXPECT_EQ(*taken, 7);
}

TEST(ResultTest, TheMacrosPassTheFirstFailureOn) {
  EXPECT_EQ(Describe(8).value(), "fine");
  EXPECT_EQ(Describe(7).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Describe(6).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Describe(0).status().code(), StatusCode::kFailedPrecondition);
}

TEST(ResultDeathTest, ReadingTheValueOfAFailureAborts) {
  Result<int> half = Half(5);
  EXPECT_DEATH((void)half.value(), "result.h:[0-9]+: check failed");
}

TEST(ResultDeathTest, AnOkStatusIsNoFailure) {
  EXPECT_DEATH(Result<int>{OkStatus()}, "check failed: !status_.ok\\(\\)");
}

}  // namespace
}  // namespace airy
