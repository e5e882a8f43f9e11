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

}  // namespace
}  // namespace airy::model
