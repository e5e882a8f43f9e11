#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace airy::trainer {

// Writes one line of JSON from front to back. Keys are for members of objects; elements
// of arrays and the outermost value have none. Thread-compatible.
class JsonWriter {
 public:
  void BeginObject(std::string_view key = {}) { Open(key, '{'); }
  void EndObject() { Close('}'); }
  void BeginArray(std::string_view key = {}) { Open(key, '['); }
  void EndArray() { Close(']'); }
  // Six digits behind the point; what is not finite is null.
  void Number(std::string_view key, double value);
  void Integer(std::string_view key, int64_t value);
  void Text(std::string_view key, std::string_view value);

  const std::string& text() const { return text_; }

 private:
  void Open(std::string_view key, char bracket);
  void Close(char bracket);
  void Begin(std::string_view key);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace airy::trainer
