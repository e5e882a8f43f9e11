#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace airy::model {

// Reads strict JSON from front to back, as far as a safetensors header or a training's
// log needs it: objects, arrays, strings and numbers. After the first mistake every call
// returns an empty value and `failed()` is true, so that callers check once per element.
// Thread-compatible.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}

  bool failed() const { return failed_; }
  // Byte offset of the next character, for messages.
  size_t position() const { return position_; }
  // Skips white space, then takes `expected` or fails.
  void Take(char expected);
  // Skips white space, then takes `expected` if it is next.
  bool TakeIf(char expected);
  // Skips white space and looks, without taking it.
  bool NextIs(char expected);
  std::string String();
  uint64_t Unsigned();
  double Number();
  // Fails unless only white space is left.
  void End();

 private:
  void SkipSpace();
  void Fail() { failed_ = true; }
  void AppendEscape(std::string* out);
  uint32_t FourHexDigits();

  std::string_view text_;
  size_t position_ = 0;
  bool failed_ = false;
};

// `text` as a JSON string with its quotes.
std::string JsonQuote(std::string_view text);

}  // namespace airy::model
