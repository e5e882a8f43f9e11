#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace airy {

enum class PixelType : uint8_t {
  kUint8,
  kUint16,
  kUint32,
  kInt16,
  kInt32,
  kFloat32,
  kFloat64
};

// Bytes per pixel.
size_t PixelSize(PixelType type);
// "uint8", "uint16", ... as numpy spells it.
std::string_view PixelTypeName(PixelType type);
// False if the name is none of ours; little-endian only.
bool ParsePixelType(std::string_view name, PixelType* type);

// Which shot this is. (source, train_id, pulse_id) is unique within a run.
struct FrameId {
  std::string_view
      source;  // lives as long as the process: sources are configured at start
  uint64_t train_id = 0;
  uint64_t pulse_id = 0;
};

// Where the pixels lie: `modules` images of `rows` x `cols`, seen as one image of
// (modules * rows) x cols, stacked along y. Strides are in pixels and may be of any sign
// or order, so that any axis order of a detector is a view and never a copy. Pixels need
// not be aligned to their type.
struct PixelView {
  const void* data = nullptr;
  PixelType type = PixelType::kUint16;
  int modules = 1;
  int rows = 0;  // per module
  int cols = 0;
  ptrdiff_t module_stride = 0;
  ptrdiff_t row_stride = 0;
  ptrdiff_t col_stride = 1;

  int total_rows() const { return modules * rows; }
  // The first pixel of row `row` of the stacked image, where pixels are aligned.
  template <typename T>
  const T* Row(int row) const {
    return static_cast<const T*>(data) + (row / rows) * module_stride +
           (row % rows) * row_stride;
  }
};

// A dense row-major view of rows x cols pixels.
PixelView DenseView(const void* data, PixelType type, int rows, int cols);

// One detector image on its way through the daemon. Move-only: pixels belong to `owner`
// (usually the ZeroMQ message they arrived in) and are never copied on decode.
// Thread-compatible.
struct Frame {
  Frame() = default;
  Frame(Frame&&) = default;
  Frame& operator=(Frame&&) = default;
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  FrameId id;
  PixelView pixels;
  std::shared_ptr<const void> owner;  // keeps pixels.data alive
  int64_t detector_time_unix_ns = 0;  // 0: the sender gave none
  int64_t arrival_unix_ns = 0;
  int64_t arrival_steady_ns = 0;
};

}  // namespace airy
