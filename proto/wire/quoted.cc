#include "proto/wire/quoted.h"

namespace airy::wire {

std::string Quoted(std::string_view text) {
  constexpr size_t kMaxCharacters = 64;
  std::string quoted = "\"";
  for (const char c : text.substr(0, kMaxCharacters)) {
    quoted += c >= ' ' && c <= '~' ? c : '?';
  }
  return quoted + (text.size() > kMaxCharacters ? "...\"" : "\"");
}

}  // namespace airy::wire
