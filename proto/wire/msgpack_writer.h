#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace airy::wire {

// Appends MessagePack to a string, each value in its shortest form. Thread-compatible.
class MsgpackWriter {
 public:
  void Map(uint32_t pairs) { Open(pairs, 0x80, 0xde); }
  void Array(uint32_t values) { Open(values, 0x90, 0xdc); }
  void Text(std::string_view text);
  void Uint(uint64_t value);
  void Float(double value);

  std::string Take() { return std::move(bytes_); }

 private:
  void Open(uint32_t count, uint8_t fixed, uint8_t code16);
  void Code(uint8_t code, uint64_t value, size_t bytes);

  std::string bytes_;
};

}  // namespace airy::wire
