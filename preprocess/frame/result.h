#pragma once

#include <optional>
#include <utility>

#include "preprocess/frame/check.h"
#include "preprocess/frame/status.h"

namespace airy {

// Holds either a value or the Status that says why there is none. Reading the value of a
// failed Result aborts. Thread-compatible.
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return InvalidArgument("...");` both read
  // well.
  Result(T value) : value_(std::move(value)) {}
  Result(Status status) : status_(std::move(status)) { AIRY_CHECK(!status_.ok()); }

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  T& value() & {
    AIRY_CHECK(ok());
    return *value_;
  }
  const T& value() const& {
    AIRY_CHECK(ok());
    return *value_;
  }
  T&& value() && {
    AIRY_CHECK(ok());
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace airy

// Returns from the calling function when `expression` (a Status) is not ok.
#define AIRY_TRY(expression)                           \
  do {                                                 \
    ::airy::Status airy_try_status = (expression);     \
    if (!airy_try_status.ok()) return airy_try_status; \
  } while (false)

#define AIRY_CONCAT_INNER(a, b) a##b
#define AIRY_CONCAT(a, b) AIRY_CONCAT_INNER(a, b)

// AIRY_ASSIGN_OR_RETURN(auto x, Compute()): declares x from a Result, or returns its
// Status.
#define AIRY_ASSIGN_OR_RETURN(declaration, expression)                          \
  AIRY_ASSIGN_OR_RETURN_INNER(AIRY_CONCAT(airy_result_, __LINE__), declaration, \
                              expression)

// A declaration cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define AIRY_ASSIGN_OR_RETURN_INNER(result, declaration, expression) \
  auto result = (expression);                                        \
  if (!result.ok()) return result.status();                          \
  declaration = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)
