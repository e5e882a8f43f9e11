#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace airy::wire {

// Reads MessagePack token by token, without building a tree: no allocation, no
// recursion, so that neither depth nor announced lengths can exhaust anything.
// Format: github.com/msgpack/msgpack/blob/master/spec.md. Thread-compatible.
class MsgpackReader {
 public:
  enum class Kind : uint8_t {
    kNil,
    kBool,
    kInt,
    kUint,
    kFloat,
    kText,
    kArray,
    kMap,
    kExt
  };

  // One token. An array or map token is followed by its `count` values or pairs.
  struct Token {
    Kind kind = Kind::kNil;
    uint64_t uint_value = 0;  // kUint; kBool: 0 or 1
    int64_t int_value = 0;    // kInt: below zero
    double float_value = 0;   // kFloat
    std::string_view text;    // kText: a str or bin, a view into the input
    uint32_t count = 0;       // kArray: values; kMap: pairs
  };

  explicit MsgpackReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  // Reads the next token. False at the end of the input or at a byte that starts nothing;
  // truncated() tells the two apart, and every later call is false too.
  bool Next(Token* token);
  // Passes over one value with all that is nested in it.
  bool Skip();

  bool at_end() const { return position_ == bytes_.size(); }
  // True after Next or Skip ran out of input.
  bool truncated() const { return failure_ == Failure::kTruncated; }

 private:
  enum class Failure : uint8_t { kNone, kTruncated, kMalformed };

  bool Fail(Failure failure);
  bool ReadBigEndian(size_t bytes, uint64_t* value);
  bool ReadText(uint64_t length, Token* token);
  bool ReadSigned(size_t bytes, Token* token);
  bool ReadFloat(size_t bytes, Token* token);

  std::span<const std::byte> bytes_;
  size_t position_ = 0;
  Failure failure_ = Failure::kNone;
};

}  // namespace airy::wire
