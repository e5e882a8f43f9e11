#include "model/trainer/flags.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/testing/status.h"

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"resume"};
constexpr std::string_view kValued[] = {"batch", "lr", "out", "seed"};

Result<Flags> Parse(const std::vector<const char*>& words) {
  return Flags::Parse(words, kSwitches, kValued);
}

std::string MessageOf(const std::vector<const char*>& words) {
  const auto flags = Parse(words);
  EXPECT_STATUS(StatusCode::kInvalidArgument, flags);
  return flags.status().message();
}

TEST(FlagsTest, ReadsValuesApartAttachedAndSwitches) {
  const Flags flags =
      Parse({"--batch", "7", "--out=a=b", "--resume", "--lr", "-1e-3"}).value();
  int batch = 1;
  std::string out;
  double lr = 0;
  EXPECT_OK(flags.Integer("batch", 1, 9, &batch));
  flags.Text("out", &out);
  EXPECT_OK(flags.Number("lr", -1, 1, &lr));
  EXPECT_EQ(batch, 7);
  EXPECT_EQ(out, "a=b");
  EXPECT_EQ(lr, -1e-3);
  EXPECT_TRUE(flags.Has("resume"));
  EXPECT_FALSE(flags.Has("seed"));
}

TEST(FlagsTest, LeavesDefaultsAlone) {
  const Flags flags = Parse({}).value();
  int batch = 48;
  EXPECT_OK(flags.Integer("batch", 1, 9, &batch));
  EXPECT_EQ(batch, 48);
}

TEST(FlagsTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(MessageOf({"--epoch", "3"}), "unknown option '--epoch'; try --help");
  EXPECT_EQ(MessageOf({"--resume=1"}), "unknown option '--resume'; try --help");
  EXPECT_EQ(MessageOf({"--batch"}), "option --batch needs a value");
  EXPECT_EQ(MessageOf({"--lr", "1", "--lr", "1"}), "option --lr is given twice");
  EXPECT_EQ(MessageOf({"stray"}), "expected an option such as --out; found 'stray'");
  EXPECT_EQ(MessageOf({"--"}), "unknown option '--'; try --help");
}

TEST(FlagsTest, RefusesNumbersOutOfRangeOrMalformed) {
  for (const char* text : {"0", "10", "4x", "", "1.5", "99999999999"}) {
    SCOPED_TRACE(text);
    int value = 5;
    const Status status = Parse({"--batch", text})->Integer("batch", 1, 9, &value);
    EXPECT_STATUS(StatusCode::kInvalidArgument, status);
    EXPECT_EQ(
        status.message(),
        std::string("option --batch must be a whole number in 1..9; was '") + text + "'");
    EXPECT_EQ(value, 5);
  }
  for (const char* text : {"nan", "inf", "0.1x", "", "2"}) {
    SCOPED_TRACE(text);
    double value = 0.5;
    EXPECT_STATUS(StatusCode::kInvalidArgument,
                  Parse({"--lr", text})->Number("lr", 0, 1, &value));
    EXPECT_EQ(value, 0.5);
  }
  for (const char* text : {"-1", "18446744073709551616", "", " 1", "0x1"}) {
    SCOPED_TRACE(text);
    uint64_t value = 3;
    EXPECT_STATUS(StatusCode::kInvalidArgument,
                  Parse({"--seed", text})->Seed("seed", &value));
  }
  uint64_t largest = 0;
  EXPECT_OK(Parse({"--seed", "18446744073709551615"})->Seed("seed", &largest));
  EXPECT_EQ(largest, 18446744073709551615U);
}

}  // namespace
}  // namespace airy::trainer
