#include "preprocess/frame/status.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace airy {
namespace {

TEST(StatusTest, IsOkByDefault) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.ToString(), "OK");
  EXPECT_TRUE(OkStatus().ok());
}

TEST(StatusTest, CarriesCodeAndMessage) {
  const Status status = InvalidArgument("batch.max_size must be 1..1024; was 0");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "batch.max_size must be 1..1024; was 0");
  EXPECT_EQ(status.ToString(), "INVALID_ARGUMENT: batch.max_size must be 1..1024; was 0");
}

TEST(StatusTest, ContextStandsBeforeTheMessageAndKeepsTheCode) {
  const Status status = NotFound("no such dataset").WithContext("run1.cxi");
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "run1.cxi: no such dataset");
  EXPECT_TRUE(OkStatus().WithContext("run1.cxi").ok());
}

TEST(StatusTest, EveryMakerHasItsCode) {
  EXPECT_EQ(FailedPrecondition("").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ResourceExhausted("").code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(Unavailable("").code(), StatusCode::kUnavailable);
  EXPECT_EQ(DataLoss("").code(), StatusCode::kDataLoss);
  EXPECT_EQ(Internal("").code(), StatusCode::kInternal);
}

TEST(StatusTest, CodesHaveTheNumbersAndNamesOfGrpc) {
  EXPECT_EQ(static_cast<int>(StatusCode::kDeadlineExceeded), 4);
  EXPECT_EQ(static_cast<int>(StatusCode::kDataLoss), 15);
  const StatusCode codes[] = {StatusCode::kOk,
                              StatusCode::kCancelled,
                              StatusCode::kInvalidArgument,
                              StatusCode::kDeadlineExceeded,
                              StatusCode::kNotFound,
                              StatusCode::kAlreadyExists,
                              StatusCode::kResourceExhausted,
                              StatusCode::kFailedPrecondition,
                              StatusCode::kUnimplemented,
                              StatusCode::kInternal,
                              StatusCode::kUnavailable,
                              StatusCode::kDataLoss};
  std::set<std::string_view> names;
  for (StatusCode code : codes) names.insert(StatusCodeName(code));
  EXPECT_EQ(names.size(), std::size(codes));
  EXPECT_EQ(names.count("UNKNOWN"), 0U);
}

}  // namespace
}  // namespace airy
