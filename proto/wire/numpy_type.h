#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "preprocess/frame/frame.h"

namespace airy::wire {

// A little-endian number type that numpy names and this program can read.
struct NumpyType {
  std::string_view name;  // as str(dtype) prints it: "uint16"
  std::string_view code;  // as dtype.str prints it: "<u2"
  size_t bytes;           // per item
  bool is_integer;
  std::optional<PixelType> pixels;  // when frames may have it
};

// The type of either spelling, or null: big-endian, complex, bool, strings, dates.
const NumpyType* FindNumpyType(std::string_view spelling);

}  // namespace airy::wire
