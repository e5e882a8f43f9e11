#include "proto/wire/msgpack_reader.h"

#include <bit>

namespace airy::wire {

bool MsgpackReader::Fail(Failure failure) {
  if (failure_ == Failure::kNone) failure_ = failure;
  position_ = bytes_.size();
  return false;
}

bool MsgpackReader::ReadBigEndian(size_t bytes, uint64_t* value) {
  if (bytes_.size() - position_ < bytes) return Fail(Failure::kTruncated);
  *value = 0;
  for (size_t i = 0; i < bytes; ++i) {
    *value = (*value << 8U) | std::to_integer<uint64_t>(bytes_[position_++]);
  }
  return true;
}

bool MsgpackReader::ReadText(uint64_t length, Token* token) {
  if (bytes_.size() - position_ < length) return Fail(Failure::kTruncated);
  token->text = {reinterpret_cast<const char*>(bytes_.data()) + position_,
                 static_cast<size_t>(length)};
  position_ += static_cast<size_t>(length);
  return true;
}

bool MsgpackReader::ReadSigned(size_t bytes, Token* token) {
  uint64_t raw = 0;
  if (!ReadBigEndian(bytes, &raw)) return false;
  const unsigned unused_bits = static_cast<unsigned>(8 * (8 - bytes));
  const int64_t value = static_cast<int64_t>(raw << unused_bits) >> unused_bits;
  if (value < 0) {
    token->kind = Kind::kInt;
    token->int_value = value;
  } else {
    token->kind = Kind::kUint;
    token->uint_value = raw;
  }
  return true;
}

bool MsgpackReader::ReadFloat(size_t bytes, Token* token) {
  uint64_t raw = 0;
  if (!ReadBigEndian(bytes, &raw)) return false;
  token->kind = Kind::kFloat;
  token->float_value =
      bytes == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(raw)))
                 : std::bit_cast<double>(raw);
  return true;
}

bool MsgpackReader::Next(Token* token) {
  uint64_t code = 0;
  if (failure_ != Failure::kNone || !ReadBigEndian(1, &code)) return false;
  *token = {};
  uint64_t length = 0;
  // Fixed forms: the value or length sits in the code itself.
  if (code < 0x80) {
    token->kind = Kind::kUint;
    token->uint_value = code;
    return true;
  }
  if (code < 0xa0) {
    token->kind = code < 0x90 ? Kind::kMap : Kind::kArray;
    token->count = static_cast<uint32_t>(code & 0x0fU);
    return true;
  }
  if (code < 0xc0) {
    token->kind = Kind::kText;
    return ReadText(code & 0x1fU, token);
  }
  if (code >= 0xe0) {
    token->kind = Kind::kInt;
    token->int_value = static_cast<int64_t>(code) - 0x100;
    return true;
  }
  switch (code) {
    case 0xc0:
      return true;
    case 0xc2:
    case 0xc3:
      token->kind = Kind::kBool;
      token->uint_value = code & 1U;
      return true;
    case 0xc4:  // bin 8, 16, 32
    case 0xc5:
    case 0xc6:
      token->kind = Kind::kText;
      return ReadBigEndian(size_t{1} << (code - 0xc4), &length) &&
             ReadText(length, token);
    case 0xc7:  // ext 8, 16, 32: a type byte and the data
    case 0xc8:
    case 0xc9:
      token->kind = Kind::kExt;
      return ReadBigEndian(size_t{1} << (code - 0xc7), &length) &&
             ReadText(length + 1, token);
    case 0xca:
    case 0xcb:
      return ReadFloat(code == 0xca ? 4 : 8, token);
    case 0xcc:  // uint 8, 16, 32, 64
    case 0xcd:
    case 0xce:
    case 0xcf:
      token->kind = Kind::kUint;
      return ReadBigEndian(size_t{1} << (code - 0xcc), &token->uint_value);
    case 0xd0:  // int 8, 16, 32, 64
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return ReadSigned(size_t{1} << (code - 0xd0), token);
    case 0xd4:  // fixext 1, 2, 4, 8, 16
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      token->kind = Kind::kExt;
      return ReadText((uint64_t{1} << (code - 0xd4)) + 1, token);
    case 0xd9:  // str 8, 16, 32
    case 0xda:
    case 0xdb:
      token->kind = Kind::kText;
      return ReadBigEndian(size_t{1} << (code - 0xd9), &length) &&
             ReadText(length, token);
    case 0xdc:  // array and map, 16 and 32
    case 0xdd:
    case 0xde:
    case 0xdf:
      token->kind = code < 0xde ? Kind::kArray : Kind::kMap;
      if (!ReadBigEndian((code & 1U) == 0 ? 2 : 4, &length)) return false;
      token->count = static_cast<uint32_t>(length);
      return true;
    default:  // 0xc1 is never used
      return Fail(Failure::kMalformed);
  }
}

bool MsgpackReader::Skip() {
  uint64_t values = 1;
  Token token;
  while (values > 0) {
    if (!Next(&token)) return false;
    --values;
    if (token.kind == Kind::kArray) values += token.count;
    if (token.kind == Kind::kMap) values += 2 * uint64_t{token.count};
    if (values > bytes_.size() - position_) return Fail(Failure::kTruncated);
  }
  return true;
}

}  // namespace airy::wire
