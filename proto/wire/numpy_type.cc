#include "proto/wire/numpy_type.h"

#include <array>

namespace airy::wire {
namespace {

constexpr std::array<NumpyType, 10> kTypes = {{
    {"uint8", "|u1", 1, true, PixelType::kUint8},
    {"uint16", "<u2", 2, true, PixelType::kUint16},
    {"uint32", "<u4", 4, true, PixelType::kUint32},
    {"uint64", "<u8", 8, true, std::nullopt},
    {"int8", "|i1", 1, true, std::nullopt},
    {"int16", "<i2", 2, true, PixelType::kInt16},
    {"int32", "<i4", 4, true, PixelType::kInt32},
    {"int64", "<i8", 8, true, std::nullopt},
    {"float32", "<f4", 4, false, PixelType::kFloat32},
    {"float64", "<f8", 8, false, PixelType::kFloat64},
}};

}  // namespace

const NumpyType* FindNumpyType(std::string_view spelling) {
  for (const NumpyType& type : kTypes) {
    if (spelling == type.name || spelling == type.code) return &type;
  }
  return nullptr;
}

}  // namespace airy::wire
