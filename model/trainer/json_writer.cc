#include "model/trainer/json_writer.h"

#include <cmath>
#include <cstdio>

#include "model/json_cursor.h"

namespace airy::trainer {

void JsonWriter::Begin(std::string_view key) {
  if (needs_comma_) text_ += ',';
  if (!key.empty()) text_ += model::JsonQuote(key) + ":";
  needs_comma_ = true;
}

void JsonWriter::Open(std::string_view key, char bracket) {
  Begin(key);
  text_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::Number(std::string_view key, double value) {
  Begin(key);
  char digits[400];  // the largest double has 309 before the point
  std::snprintf(digits, sizeof digits, "%.6f", value);
  text_ += std::isfinite(value) ? digits : "null";
}

void JsonWriter::Integer(std::string_view key, int64_t value) {
  Begin(key);
  text_ += std::to_string(value);
}

void JsonWriter::Text(std::string_view key, std::string_view value) {
  Begin(key);
  text_ += model::JsonQuote(value);
}

}  // namespace airy::trainer
