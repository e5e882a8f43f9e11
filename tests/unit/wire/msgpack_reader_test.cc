#include "proto/wire/msgpack_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "proto/wire/msgpack_writer.h"

namespace airy::wire {
namespace {

using Kind = MsgpackReader::Kind;

std::span<const std::byte> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

MsgpackReader::Token First(const std::string& bytes) {
  MsgpackReader reader(Bytes(bytes));
  MsgpackReader::Token token;
  EXPECT_TRUE(reader.Next(&token));
  return token;
}

TEST(MsgpackReaderTest, ReadsBackWhatTheWriterWrites) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{255},
                               uint64_t{256}, uint64_t{65535}, uint64_t{65536},
                               uint64_t{4294967295}, uint64_t{4294967296}, UINT64_MAX}) {
    MsgpackWriter writer;
    writer.Uint(value);
    const std::string bytes = writer.Take();
    EXPECT_EQ(First(bytes).kind, Kind::kUint);
    EXPECT_EQ(First(bytes).uint_value, value);
  }
  for (const size_t length : {0u, 31u, 32u, 255u, 256u, 65535u, 65536u}) {
    MsgpackWriter writer;
    writer.Text(std::string(length, 'x'));
    const std::string bytes = writer.Take();
    EXPECT_EQ(First(bytes).kind, Kind::kText);
    EXPECT_EQ(First(bytes).text.size(), length);
  }
  for (const uint32_t count : {0u, 15u, 16u, 65535u, 65536u}) {
    MsgpackWriter writer;
    writer.Map(count);
    writer.Array(count);
    const std::string bytes = writer.Take();
    MsgpackReader reader(Bytes(bytes));
    MsgpackReader::Token token;
    ASSERT_TRUE(reader.Next(&token));
    EXPECT_EQ(token.kind, Kind::kMap);
    EXPECT_EQ(token.count, count);
    ASSERT_TRUE(reader.Next(&token));
    EXPECT_EQ(token.kind, Kind::kArray);
    EXPECT_EQ(token.count, count);
  }
  MsgpackWriter writer;
  writer.Float(-2.5);
  EXPECT_EQ(First(writer.Take()).float_value, -2.5);
}

TEST(MsgpackReaderTest, ReadsTheFormsOnlyOthersWrite) {
  using namespace std::string_literals;
  EXPECT_EQ(First("\xff"s).int_value, -1);
  EXPECT_EQ(First("\xd0\x80"s).int_value, -128);
  EXPECT_EQ(First("\xd1\xff\xfe"s).int_value, -2);
  EXPECT_EQ(First("\xd3\x80\0\0\0\0\0\0\0"s).int_value, INT64_MIN);
  EXPECT_EQ(First("\xd2\0\0\0\x07"s).uint_value, 7u);
  EXPECT_EQ(First("\xca\x3f\x80\0\0"s).float_value, 1.0);
  EXPECT_EQ(First("\xc3"s).uint_value, 1u);
  EXPECT_EQ(First("\xc4\x02hi"s).text, "hi");  // bin: keys of old servers
  EXPECT_EQ(First("\xd4\x05z"s).kind, Kind::kExt);
  EXPECT_EQ(First("\xc7\x01\x05z"s).kind, Kind::kExt);
  EXPECT_EQ(First("\xc0"s).kind, Kind::kNil);
}

TEST(MsgpackReaderTest, SkipPassesOverOneValueWithAllItHolds) {
  MsgpackWriter writer;
  writer.Map(2);
  writer.Text("a");
  writer.Array(2);
  writer.Map(1);
  writer.Uint(1);
  writer.Float(2);
  writer.Text("deep");
  writer.Text("b");
  writer.Uint(3);
  writer.Uint(99);
  const std::string bytes = writer.Take();
  MsgpackReader reader(Bytes(bytes));
  ASSERT_TRUE(reader.Skip());
  MsgpackReader::Token token;
  ASSERT_TRUE(reader.Next(&token));
  EXPECT_EQ(token.uint_value, 99u);
  EXPECT_TRUE(reader.at_end());
}

TEST(MsgpackReaderTest, TruncatedAndMalformedAreToldApart) {
  MsgpackReader::Token token;
  const std::string half = "\xce\x01";
  MsgpackReader truncated(Bytes(half));
  EXPECT_FALSE(truncated.Next(&token));
  EXPECT_TRUE(truncated.truncated());
  const std::string never_used = "\xc1";
  MsgpackReader malformed(Bytes(never_used));
  EXPECT_FALSE(malformed.Next(&token));
  EXPECT_FALSE(malformed.truncated());
  EXPECT_FALSE(malformed.Next(&token));
}

TEST(MsgpackReaderTest, DepthCostsNothing) {
  const std::string deep(5'000'000, '\x91');
  MsgpackReader reader(Bytes(deep));
  EXPECT_FALSE(reader.Skip());
  EXPECT_TRUE(reader.truncated());
  const std::string closed = deep + '\xc0';
  MsgpackReader whole(Bytes(closed));
  EXPECT_TRUE(whole.Skip());
}

TEST(MsgpackReaderTest, AnnouncedLengthsAreNotBelieved) {
  using namespace std::string_literals;
  for (const std::string& bytes :
       {"\xdd\xff\xff\xff\xff"s, "\xdf\xff\xff\xff\xff"s, "\xdb\xff\xff\xff\xff"s,
        "\xc6\xff\xff\xff\xff"s, "\xc9\xff\xff\xff\xff"s}) {
    MsgpackReader reader(Bytes(bytes));
    EXPECT_FALSE(reader.Skip());
    EXPECT_TRUE(reader.truncated());
  }
}

}  // namespace
}  // namespace airy::wire
