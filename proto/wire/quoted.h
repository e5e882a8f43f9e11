#pragma once

#include <string>
#include <string_view>

namespace airy::wire {

// Text from outside, fit for a log line: in quotes, cut after 64 characters, anything
// unprintable as '?'.
std::string Quoted(std::string_view text);

}  // namespace airy::wire
