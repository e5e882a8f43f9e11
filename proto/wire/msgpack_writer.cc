#include "proto/wire/msgpack_writer.h"

#include <bit>

namespace airy::wire {

void MsgpackWriter::Code(uint8_t code, uint64_t value, size_t bytes) {
  bytes_.push_back(static_cast<char>(code));
  for (size_t i = bytes; i-- > 0;) {
    bytes_.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
  }
}

void MsgpackWriter::Open(uint32_t count, uint8_t fixed, uint8_t code16) {
  if (count < 16) return Code(static_cast<uint8_t>(fixed | count), 0, 0);
  if (count <= 0xffff) return Code(code16, count, 2);
  Code(static_cast<uint8_t>(code16 + 1), count, 4);
}

void MsgpackWriter::Text(std::string_view text) {
  if (text.size() < 32) {
    Code(static_cast<uint8_t>(0xa0U | text.size()), 0, 0);
  } else if (text.size() <= 0xff) {
    Code(0xd9, text.size(), 1);
  } else if (text.size() <= 0xffff) {
    Code(0xda, text.size(), 2);
  } else {
    Code(0xdb, text.size(), 4);
  }
  bytes_ += text;
}

void MsgpackWriter::Uint(uint64_t value) {
  if (value < 0x80) return Code(static_cast<uint8_t>(value), 0, 0);
  if (value <= 0xff) return Code(0xcc, value, 1);
  if (value <= 0xffff) return Code(0xcd, value, 2);
  if (value <= 0xffffffff) return Code(0xce, value, 4);
  Code(0xcf, value, 8);
}

void MsgpackWriter::Float(double value) { Code(0xcb, std::bit_cast<uint64_t>(value), 8); }

}  // namespace airy::wire
