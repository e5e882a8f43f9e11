#include "server/ingest/zmq_source_options.h"

#include <gmock/gmock.h>

#include "tests/testing/status.h"

namespace airy::ingest {
namespace {

using ::testing::HasSubstr;

void ExpectRefused(const ZmqSourceOptions& options, const char* why) {
  const Status status = Validate(options);
  EXPECT_STATUS(StatusCode::kInvalidArgument, status);
  EXPECT_THAT(status.message(), HasSubstr(why));
}

TEST(ZmqSourceOptionsTest, DefaultsAreValid) { EXPECT_OK(Validate(ZmqSourceOptions{})); }

TEST(ZmqSourceOptionsTest, ValuesOutOfRangeAreNamedWithTheRange) {
  ZmqSourceOptions options;
  options.high_water_mark = 0;
  ExpectRefused(options, "high_water_mark must be 1..1000000; was 0");
  options = {};
  options.receive_timeout_ms = 9;
  ExpectRefused(options, "receive_timeout_ms must be 10..3600000; was 9");
  options = {};
  options.max_message_bytes = -1;
  ExpectRefused(options, "max_message_bytes must be 1024..1099511627776; was -1");
  options = {};
  options.endpoint = "127.0.0.1:5";
  ExpectRefused(options, "tcp://");
  options = {};
  options.protocol = "morse";
  ExpectRefused(options, "karabo-bridge");
  options = {};
  options.decoder.axes = "zyx";
  ExpectRefused(options, "axes");
}

TEST(ZmqSourceOptionsTest, LosslessIsRefusedForSubOnly) {
  ZmqSourceOptions options;
  options.policy = pipeline::SourcePolicy::kLossless;
  ExpectRefused(options, "lossless");
  options.type = SocketType::kPull;
  EXPECT_OK(Validate(options));
  options.type = SocketType::kReq;
  EXPECT_OK(Validate(options));
}

}  // namespace
}  // namespace airy::ingest
