#pragma once

#include <gtest/gtest.h>

#include "preprocess/frame/result.h"

namespace airy::testing {
inline const Status& AsStatus(const Status& status) { return status; }
template <typename T>
const Status& AsStatus(const Result<T>& result) {
  return result.status();
}
}  // namespace airy::testing

#define EXPECT_OK(expression)                                \
  do {                                                       \
    const auto& airy_value = (expression);                   \
    EXPECT_TRUE(::airy::testing::AsStatus(airy_value).ok())  \
        << ::airy::testing::AsStatus(airy_value).ToString(); \
  } while (false)
#define ASSERT_OK(expression)                                \
  do {                                                       \
    const auto& airy_value = (expression);                   \
    ASSERT_TRUE(::airy::testing::AsStatus(airy_value).ok())  \
        << ::airy::testing::AsStatus(airy_value).ToString(); \
  } while (false)
#define EXPECT_STATUS(expected_code, expression)                           \
  do {                                                                     \
    const auto& airy_value = (expression);                                 \
    EXPECT_EQ(::airy::testing::AsStatus(airy_value).code(), expected_code) \
        << ::airy::testing::AsStatus(airy_value).ToString();               \
  } while (false)
