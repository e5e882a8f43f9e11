#include "model/json_cursor.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <limits>

namespace airy::model {
namespace {

void AppendUtf8(uint32_t code, std::string* out) {
  const auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

void JsonCursor::SkipSpace() {
  while (position_ < text_.size() &&
         std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
    ++position_;
  }
}

bool JsonCursor::NextIs(char expected) {
  SkipSpace();
  return !failed_ && position_ < text_.size() && text_[position_] == expected;
}

bool JsonCursor::TakeIf(char expected) {
  if (!NextIs(expected)) return false;
  ++position_;
  return true;
}

void JsonCursor::Take(char expected) {
  if (!TakeIf(expected)) Fail();
}

void JsonCursor::End() {
  SkipSpace();
  if (position_ != text_.size()) Fail();
}

uint32_t JsonCursor::FourHexDigits() {
  uint32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = position_ < text_.size() ? text_[position_++] : '\0';
    const size_t digit =
        std::string_view("0123456789abcdef").find(c | (c >= 'A' ? 32 : 0));
    if (digit == std::string_view::npos) {
      Fail();
      return 0;
    }
    code = code << 4 | static_cast<uint32_t>(digit);
  }
  return code;
}

void JsonCursor::AppendEscape(std::string* out) {
  const char c = position_ < text_.size() ? text_[position_++] : '\0';
  constexpr std::string_view kShort = "\"\\/bfnrt";
  constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
  if (const size_t i = kShort.find(c); i != std::string_view::npos) {
    out->push_back(kMeaning[i]);
    return;
  }
  if (c != 'u') return Fail();
  uint32_t code = FourHexDigits();
  if (code >= 0xD800 && code < 0xDC00) {  // the first half of a surrogate pair
    if (text_.substr(position_, 2) != "\\u") return Fail();
    position_ += 2;
    const uint32_t low = FourHexDigits();
    if (low < 0xDC00 || low > 0xDFFF) return Fail();
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  } else if (code >= 0xDC00 && code <= 0xDFFF) {
    return Fail();
  }
  AppendUtf8(code, out);
}

std::string JsonCursor::String() {
  std::string out;
  Take('"');
  while (!failed_) {
    if (position_ >= text_.size()) {
      Fail();
      break;
    }
    const char c = text_[position_++];
    if (c == '"') return out;
    if (c == '\\') {
      AppendEscape(&out);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      Fail();
    } else {
      out.push_back(c);
    }
  }
  return {};
}

uint64_t JsonCursor::Unsigned() {
  SkipSpace();
  const size_t start = position_;
  uint64_t value = 0;
  while (!failed_ && position_ < text_.size() && text_[position_] >= '0' &&
         text_[position_] <= '9') {
    const auto digit = static_cast<uint64_t>(text_[position_++] - '0');
    if (value > (std::numeric_limits<uint64_t>::max() - digit) / 10) Fail();
    value = value * 10 + digit;
  }
  const size_t digits = position_ - start;
  if (digits == 0 || (digits > 1 && text_[start] == '0')) Fail();
  return failed_ ? 0 : value;
}

double JsonCursor::Number() {
  SkipSpace();
  const size_t end =
      std::min(text_.find_first_not_of("+-.0123456789eE", position_), text_.size());
  const std::string_view number = text_.substr(position_, end - position_);
  const auto digit = [&number](size_t i) {
    return i < number.size() && std::isdigit(static_cast<unsigned char>(number[i])) != 0;
  };
  // What from_chars takes but JSON does not.
  const size_t first = number.starts_with('-') ? 1 : 0;
  const size_t point = number.find('.');
  const bool strict = digit(first) && !(number[first] == '0' && digit(first + 1)) &&
                      (point == std::string_view::npos || digit(point + 1));
  double value = 0;
  const auto [stop, error] =
      std::from_chars(number.data(), number.data() + number.size(), value);
  if (failed_ || !strict || error != std::errc() ||
      stop != number.data() + number.size()) {
    Fail();
    return 0;
  }
  position_ = end;
  return value;
}

std::string JsonQuote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

}  // namespace airy::model
