#include "proto/rpc/grpc_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status.h"

namespace airy::rpc {
namespace {

using ::testing::HasSubstr;

TEST(GrpcStatusTest, EveryCodeKeepsItsNameThereAndBack) {
  for (int code = 1; code <= 16; ++code) {
    if (StatusCodeName(static_cast<StatusCode>(code)) == "UNKNOWN") continue;
    const Status status(static_cast<StatusCode>(code), "because");
    const grpc::Status there = ToGrpc(status);
    EXPECT_EQ(there.error_code(), code);
    EXPECT_EQ(FromGrpc(there).code(), status.code());
    EXPECT_EQ(FromGrpc(there).message(), "because");
  }
  EXPECT_TRUE(ToGrpc(OkStatus()).ok());
  EXPECT_OK(FromGrpc(grpc::Status::OK));
}

TEST(GrpcStatusTest, CodesThatAiryLacksBecomeInternal) {
  const Status status = FromGrpc({grpc::PERMISSION_DENIED, "not you"});
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(), HasSubstr("not you"));
  EXPECT_THAT(status.message(), HasSubstr("7"));
}

TEST(GrpcStatusTest, CutsLongMessagesBetweenCharacters) {
  // Two bytes each, so that the cut would fall into the middle of one.
  std::string umlauts;
  while (umlauts.size() <= 2 * kMaxStatusMessageBytes) umlauts += "\xc3\xa4";
  const std::string cut = ToGrpc(InvalidArgument(umlauts)).error_message();
  EXPECT_LE(cut.size(), kMaxStatusMessageBytes);
  EXPECT_GE(cut.size(), kMaxStatusMessageBytes - 2);
  ASSERT_EQ(cut.substr(cut.size() - 3), "...");
  EXPECT_EQ(cut[cut.size() - 4], '\xa4');
  const std::string fits(kMaxStatusMessageBytes, 'a');
  EXPECT_EQ(ToGrpc(InvalidArgument(fits)).error_message(), fits);
}

}  // namespace
}  // namespace airy::rpc
