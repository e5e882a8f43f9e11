#include "proto/wire/karabo_encoder.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/wire/message_builder.h"

namespace airy::wire {
namespace {

TEST(KaraboEncoderTest, WritesTheBytesOfTheReferenceSerialiser) {
  const std::vector<std::string> golden = GoldenParts();
  ASSERT_EQ(golden[0].size(), 190u);
  EXPECT_EQ(EncodeBlockHeader("SPB_EXP/DET/JF1:daqOutput", 1234567890,
                              1'700'000'000'250'000'000),
            golden[0]);
  EXPECT_EQ(EncodeArrayHeader("SPB_EXP/DET/JF1:daqOutput", "data.adc", "uint16",
                              std::array<uint64_t, 3>{1, 2, 3}),
            golden[2]);
}

TEST(KaraboEncoderTest, PadsTheFractionToEighteenDigits) {
  const std::string header = EncodeBlockHeader("A", 1, 5'000'000'001);
  EXPECT_NE(header.find("000000001000000000"), std::string::npos);
}

}  // namespace
}  // namespace airy::wire
