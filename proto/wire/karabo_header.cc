#include "proto/wire/karabo_header.h"

#include <charconv>
#include <cmath>
#include <string>

#include "proto/wire/msgpack_reader.h"
#include "proto/wire/quoted.h"

namespace airy::wire {
namespace {

using Kind = MsgpackReader::Kind;
using Token = MsgpackReader::Token;

constexpr uint64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kAttosecondsPerNs = 1'000'000'000;
constexpr uint64_t kMaxSeconds = 9'000'000'000;  // keeps nanoseconds inside int64

Rejection Malformed(const std::string& what) { return {RejectKind::kMalformed, what}; }

Rejection Unreadable(const MsgpackReader& reader) {
  if (reader.truncated()) return {RejectKind::kTruncated, "header ends early"};
  return Malformed("header is not MessagePack");
}

// An unsigned integer, sent as a number or, by the reference server, as decimal text.
std::optional<uint64_t> AsUint(const Token& token) {
  if (token.kind == Kind::kUint) return token.uint_value;
  if (token.kind != Kind::kText) return std::nullopt;
  uint64_t value = 0;
  const char* end = token.text.data() + token.text.size();
  const auto [stop, error] = std::from_chars(token.text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// The three ways metadata tells the time.
struct Timestamp {
  std::optional<double> seconds;  // rounded to 0.2 us by its type
  std::optional<uint64_t> sec;
  std::optional<uint64_t> frac_attoseconds;

  int64_t UnixNs() const {
    if (sec && *sec <= kMaxSeconds) {
      const uint64_t frac_ns = frac_attoseconds.value_or(0) / kAttosecondsPerNs;
      if (frac_ns < kNsPerSecond)
        return static_cast<int64_t>(*sec * kNsPerSecond + frac_ns);
    }
    if (seconds && *seconds > 0 && *seconds <= static_cast<double>(kMaxSeconds)) {
      const double whole = std::floor(*seconds);
      const double rest_ns = (*seconds - whole) * static_cast<double>(kNsPerSecond);
      return static_cast<int64_t>(whole) * static_cast<int64_t>(kNsPerSecond) +
             std::llround(rest_ns);
    }
    return 0;
  }
};

// Skips the values nested in a token that was read but is not wanted.
bool SkipNested(const Token& token, MsgpackReader* reader) {
  uint64_t values = token.kind == Kind::kArray ? token.count
                    : token.kind == Kind::kMap ? 2 * uint64_t{token.count}
                                               : 0;
  for (; values > 0; --values) {
    if (!reader->Skip()) return false;
  }
  return true;
}

std::optional<Rejection> ReadMetadata(MsgpackReader* reader, KaraboHeader* header) {
  Token map;
  if (!reader->Next(&map)) return Unreadable(*reader);
  if (map.kind != Kind::kMap) return Malformed("metadata is not a map");
  Timestamp time;
  for (uint32_t i = 0; i < map.count; ++i) {
    Token key;
    Token value;
    if (!reader->Next(&key) || !SkipNested(key, reader) || !reader->Next(&value) ||
        !SkipNested(value, reader)) {
      return Unreadable(*reader);
    }
    if (key.kind != Kind::kText) continue;
    if (key.text == "timestamp.tid") {
      header->train_id = AsUint(value);
      if (!header->train_id) return Malformed("timestamp.tid is not an unsigned integer");
    } else if (key.text == "timestamp.sec") {
      time.sec = AsUint(value);
    } else if (key.text == "timestamp.frac") {
      time.frac_attoseconds = AsUint(value);
    } else if (key.text == "timestamp" && value.kind == Kind::kFloat) {
      time.seconds = value.float_value;
    }
  }
  header->time_unix_ns = time.UnixNs();
  return std::nullopt;
}

std::optional<Rejection> ReadShape(MsgpackReader* reader, KaraboHeader* header) {
  Token array;
  if (!reader->Next(&array)) return Unreadable(*reader);
  if (array.kind != Kind::kArray) return Malformed("shape is not an array");
  if (array.count > KaraboHeader::kMaxAxes) {
    return Malformed("shape has " + std::to_string(array.count) + " axes, at most " +
                     std::to_string(KaraboHeader::kMaxAxes) + " are read");
  }
  header->axis_count = array.count;
  for (uint32_t i = 0; i < array.count; ++i) {
    Token size;
    if (!reader->Next(&size)) return Unreadable(*reader);
    if (size.kind != Kind::kUint) return Malformed("shape holds no unsigned integer");
    header->axes[i] = size.uint_value;
  }
  return std::nullopt;
}

bool ReadText(MsgpackReader* reader, std::string_view* text) {
  Token token;
  if (!reader->Next(&token) || !SkipNested(token, reader)) return false;
  *text = token.kind == Kind::kText ? token.text : std::string_view();
  return true;
}

}  // namespace

std::optional<Rejection> ReadKaraboHeader(std::span<const std::byte> part,
                                          KaraboHeader* header) {
  *header = {};
  MsgpackReader reader(part);
  Token map;
  if (!reader.Next(&map)) return Unreadable(reader);
  if (map.kind != Kind::kMap) return Malformed("header is not a map");
  std::string_view content;
  bool has_shape = false;
  for (uint32_t i = 0; i < map.count; ++i) {
    std::string_view key;
    if (!ReadText(&reader, &key)) return Unreadable(reader);
    std::optional<Rejection> rejection;
    bool readable = true;
    if (key == "source") {
      readable = ReadText(&reader, &header->source);
    } else if (key == "content") {
      readable = ReadText(&reader, &content);
    } else if (key == "path") {
      readable = ReadText(&reader, &header->path);
    } else if (key == "dtype") {
      readable = ReadText(&reader, &header->dtype);
    } else if (key == "shape") {
      rejection = ReadShape(&reader, header);
      has_shape = true;
    } else if (key == "metadata") {
      rejection = ReadMetadata(&reader, header);
    } else {
      readable = reader.Skip();
    }
    if (rejection) return rejection;
    if (!readable) return Unreadable(reader);
  }
  if (!reader.at_end()) return Malformed("header goes on after its map");
  if (header->source.empty()) return Malformed("header names no source");
  if (content == "msgpack") {
    header->content = KaraboHeader::Content::kProperties;
  } else if (content == "array" || content == "ImageData") {
    header->content = KaraboHeader::Content::kArray;
    if (header->path.empty()) return Malformed("array header names no path");
    if (header->dtype.empty()) return Malformed("array header names no dtype");
    if (!has_shape) return Malformed("array header has no shape");
  } else {
    return Malformed("content must be msgpack, array or ImageData; was " +
                     Quoted(content));
  }
  return std::nullopt;
}

}  // namespace airy::wire
