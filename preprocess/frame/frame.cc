#include "preprocess/frame/frame.h"

#include <array>
#include <utility>

namespace airy {
namespace {

struct PixelTypeRow {
  PixelType type;
  std::string_view name;
  size_t size;
};

constexpr std::array<PixelTypeRow, 7> kPixelTypes = {{
    {PixelType::kUint8, "uint8", 1},
    {PixelType::kUint16, "uint16", 2},
    {PixelType::kUint32, "uint32", 4},
    {PixelType::kInt16, "int16", 2},
    {PixelType::kInt32, "int32", 4},
    {PixelType::kFloat32, "float32", 4},
    {PixelType::kFloat64, "float64", 8},
}};

}  // namespace

size_t PixelSize(PixelType type) { return kPixelTypes[static_cast<size_t>(type)].size; }

std::string_view PixelTypeName(PixelType type) {
  return kPixelTypes[static_cast<size_t>(type)].name;
}

bool ParsePixelType(std::string_view name, PixelType* type) {
  for (const PixelTypeRow& row : kPixelTypes) {
    if (row.name == name) {
      *type = row.type;
      return true;
    }
  }
  return false;
}

PixelView DenseView(const void* data, PixelType type, int rows, int cols) {
  PixelView view;
  view.data = data;
  view.type = type;
  view.rows = rows;
  view.cols = cols;
  view.module_stride = static_cast<ptrdiff_t>(rows) * cols;
  view.row_stride = cols;
  return view;
}

}  // namespace airy
