#include "proto/wire/registry.h"

#include <gmock/gmock.h>

#include "tests/testing/status.h"

namespace airy::wire {
namespace {

using ::testing::HasSubstr;

TEST(RegistryTest, MakesADecoderForEveryProtocolItNames) {
  ASSERT_FALSE(ProtocolNames().empty());
  for (const std::string_view name : ProtocolNames()) {
    EXPECT_OK(CreateDecoder(name, DecoderOptions{}));
  }
}

TEST(RegistryTest, RefusesAnUnknownProtocolAndNamesTheKnownOnes) {
  const auto decoder = CreateDecoder("morse", DecoderOptions{});
  EXPECT_STATUS(StatusCode::kInvalidArgument, decoder);
  EXPECT_THAT(decoder.status().message(), HasSubstr("karabo-bridge"));
  EXPECT_THAT(decoder.status().message(), HasSubstr("\"morse\""));
}

TEST(RegistryTest, RefusesOptionsThatCannotWork) {
  DecoderOptions no_key;
  no_key.key = "";
  EXPECT_STATUS(StatusCode::kInvalidArgument, CreateDecoder("karabo-bridge", no_key));
  DecoderOptions bad_axes;
  bad_axes.axes = "fyz";
  EXPECT_STATUS(StatusCode::kInvalidArgument, CreateDecoder("karabo-bridge", bad_axes));
  DecoderOptions same_keys;
  same_keys.pulse_id_key = same_keys.key;
  EXPECT_STATUS(StatusCode::kInvalidArgument, CreateDecoder("karabo-bridge", same_keys));
}

}  // namespace
}  // namespace airy::wire
