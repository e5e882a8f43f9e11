#pragma once

namespace airy::internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace airy::internal

// Aborts with the condition and its place when a promise between parts of this program is
// broken. Never used on input from outside.
#define AIRY_CHECK(condition) \
  ((condition) ? (void)0 : ::airy::internal::CheckFailed(#condition, __FILE__, __LINE__))
