#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "preprocess/transform/pixel_types.h"

namespace airy::transform {

inline constexpr PixelType kAllPixelTypes[] = {
    PixelType::kUint8, PixelType::kUint16,  PixelType::kUint32, PixelType::kInt16,
    PixelType::kInt32, PixelType::kFloat32, PixelType::kFloat64};

// Pixels of any type in memory of its own, and the values they hold.
class PixelBuffer {
 public:
  // Random counts that every type holds: 0..120, negative ones for signed types.
  PixelBuffer(PixelType type, int rows, int cols, unsigned seed)
      : type_(type), rows_(rows), cols_(cols) {
    std::mt19937 random(seed);
    for (size_t i = 0; i < size(); ++i) {
      values_.push_back(static_cast<double>(random() % 121));
      if (is_signed() && random() % 4 == 0) values_.back() *= -1;
    }
    Store(DenseView(nullptr, type, rows, cols));
  }
  PixelBuffer(PixelType type, int rows, int cols, std::vector<double> values)
      : type_(type), rows_(rows), cols_(cols), values_(std::move(values)) {
    Store(DenseView(nullptr, type, rows, cols));
  }

  // Lays the same image out as `layout` says: its strides and modules count, its data do
  // not. `misalign` bytes stand before the first pixel.
  void Store(PixelView layout, size_t misalign = 0) {
    ptrdiff_t lowest = 0;
    ptrdiff_t highest = 0;
    ForPixels(layout, [&](ptrdiff_t offset, double) {
      lowest = std::min(lowest, offset);
      highest = std::max(highest, offset);
    });
    const size_t pixel = PixelSize(type_);
    bytes_.assign(static_cast<size_t>(highest - lowest + 1) * pixel + misalign,
                  std::byte{0xA5});
    layout.type = type_;
    layout.data = bytes_.data() + misalign + static_cast<size_t>(-lowest) * pixel;
    view_ = layout;
    ForPixels(layout, [&](ptrdiff_t offset, double value) {
      VisitPixelType(type_, [&](auto tag) {
        tag = static_cast<decltype(tag)>(value);
        std::memcpy(
            bytes_.data() + misalign + static_cast<size_t>(offset - lowest) * pixel, &tag,
            sizeof(tag));
      });
    });
  }

  const PixelView& view() const { return view_; }
  const std::vector<double>& values() const { return values_; }
  int rows() const { return rows_; }
  int cols() const { return cols_; }

 private:
  size_t size() const { return static_cast<size_t>(rows_) * static_cast<size_t>(cols_); }
  bool is_signed() const {
    return type_ != PixelType::kUint8 && type_ != PixelType::kUint16 &&
           type_ != PixelType::kUint32;
  }
  // Calls visit(offset in pixels, value) as the comment of PixelView defines it.
  template <typename Visitor>
  void ForPixels(const PixelView& layout, Visitor&& visit) const {
    size_t next = 0;
    for (int module = 0; module < layout.modules; ++module) {
      for (int row = 0; row < layout.rows; ++row) {
        for (int col = 0; col < layout.cols; ++col) {
          visit(module * layout.module_stride + row * layout.row_stride +
                    col * layout.col_stride,
                values_[next++]);
        }
      }
    }
  }

  PixelType type_;
  int rows_;
  int cols_;
  std::vector<double> values_;
  std::vector<std::byte> bytes_;
  PixelView view_;
};

// Layouts of a rows x cols image: transposed, upside down, mirrored, padded, and, where
// the rows divide, as modules in reverse order.
inline std::vector<PixelView> Layouts(int rows, int cols) {
  PixelView transposed = DenseView(nullptr, PixelType::kUint8, rows, cols);
  transposed.row_stride = 1;
  transposed.col_stride = rows;
  PixelView upside_down = DenseView(nullptr, PixelType::kUint8, rows, cols);
  upside_down.row_stride = -cols;
  PixelView mirrored = DenseView(nullptr, PixelType::kUint8, rows, cols);
  mirrored.col_stride = -1;
  PixelView padded = DenseView(nullptr, PixelType::kUint8, rows, cols);
  padded.row_stride = cols + 7;
  PixelView interleaved = DenseView(nullptr, PixelType::kUint8, rows, cols);
  interleaved.col_stride = 3;
  interleaved.row_stride = 3 * cols;
  std::vector<PixelView> layouts = {transposed, upside_down, mirrored, padded,
                                    interleaved};
  for (int modules : {2, 3, 5}) {
    if (rows % modules != 0) continue;
    PixelView stacked = DenseView(nullptr, PixelType::kUint8, rows / modules, cols);
    stacked.modules = modules;
    stacked.row_stride = cols + 1;
    stacked.module_stride = -(rows / modules) * (cols + 1) - 11;
    layouts.push_back(stacked);
  }
  return layouts;
}

}  // namespace airy::transform
