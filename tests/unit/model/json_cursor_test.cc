#include "model/json_cursor.h"

#include <gtest/gtest.h>

namespace airy::model {
namespace {

TEST(JsonCursorTest, ReadsEscapesAndSurrogatePairs) {
  JsonCursor json(R"( "a\"\\\/\n\u0041\u00e9\u20AC\ud83d\ude00" )");
  EXPECT_EQ(json.String(), "a\"\\/\nA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  json.End();
  EXPECT_FALSE(json.failed());
}

TEST(JsonCursorTest, QuotedTextReadsBack) {
  const std::string text = "tab\t \"quote\" back\\slash \x01 \xC3\xA9";
  const std::string quoted = JsonQuote(text);
  JsonCursor json(quoted);
  EXPECT_EQ(json.String(), text);
}

TEST(JsonCursorTest, RefusesMalformedStrings) {
  for (const char* text : {"\"open", "\"\\x\"", "\"\\u12g4\"", "\"\\ud83d\"",
                           "\"\\ude00\"", "\"line\nbreak\"", "bare", "", "\"\\"}) {
    JsonCursor json(text);
    json.String();
    EXPECT_TRUE(json.failed()) << text;
  }
}

TEST(JsonCursorTest, ReadsUnsignedIntegersAndRefusesTheRest) {
  JsonCursor largest("18446744073709551615");
  EXPECT_EQ(largest.Unsigned(), 18446744073709551615U);
  for (const char* text : {"-1", "18446744073709551616", "01", "", "x"}) {
    JsonCursor json(text);
    json.Unsigned();
    EXPECT_TRUE(json.failed()) << text;
  }
}

TEST(JsonCursorTest, StaysFailedAfterTheFirstMistake) {
  JsonCursor json("[1]");
  json.Take('{');
  json.Take('[');
  EXPECT_TRUE(json.failed());
  EXPECT_EQ(json.Unsigned(), 0U);
}

TEST(JsonCursorTest, ReadsNumbersAsJsonWritesThem) {
  JsonCursor json("[0, -1, 2.5, 1e-3, -0.25E+2]");
  json.Take('[');
  for (const double expected : {0.0, -1.0, 2.5, 1e-3, -25.0}) {
    EXPECT_EQ(json.Number(), expected);
    json.TakeIf(',');
  }
  json.Take(']');
  EXPECT_FALSE(json.failed());
  for (const char* text : {"", "+1", "01", ".5", "5.", "1e", "nan", "inf", "1e999", "--1",
                           "-", "1.2.3", "\"1\""}) {
    JsonCursor other(text);
    EXPECT_EQ(other.Number(), 0) << text;
    EXPECT_TRUE(other.failed()) << text;
  }
}

}  // namespace
}  // namespace airy::model
