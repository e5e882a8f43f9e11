#pragma once

#include <array>
#include <charconv>
#include <string>

namespace airy::detector {

// A number as the attributes of a set have it: the shortest decimal that reads back as
// the same.
inline std::string NumberText(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace airy::detector
