#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "preprocess/frame/frame.h"
#include "proto/wire/raw_message.h"

namespace airy::wire {

// Builds a Karabo bridge message part by part; parts can be spoilt before Message().
class MessageBuilder {
 public:
  static constexpr std::string_view kSource = "DET/TEST:daqOutput";

  MessageBuilder& Block(std::string_view source = kSource, uint64_t train_id = 1000);
  MessageBuilder& Array(std::string_view path, std::string_view dtype,
                        const std::vector<uint64_t>& shape, std::string bytes,
                        std::string_view source = kSource);
  // An array of T counting 0, 1, 2, ... unless `values` are given.
  template <typename T>
  MessageBuilder& Array(std::string_view path, std::string_view dtype,
                        const std::vector<uint64_t>& shape, std::vector<T> values = {}) {
    if (values.empty()) {
      uint64_t items = 1;
      for (const uint64_t size : shape) items *= size;
      for (uint64_t i = 0; i < items; ++i) values.push_back(static_cast<T>(i));
    }
    std::string bytes(values.size() * sizeof(T), '\0');
    if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return Array(path, dtype, shape, std::move(bytes));
  }

  std::vector<std::string>& parts() { return parts_; }
  // A message that owns a copy of the parts as they are now, each at an address that is a
  // multiple of 16 plus `misalignment`, exactly as long as the part (so that a sanitizer
  // sees every byte read beyond it).
  RawMessage Message(size_t misalignment = 0) const;

 private:
  std::vector<std::string> parts_;
};

// The golden message of FORMAT.md, as the reference serialiser wrote it.
std::vector<std::string> GoldenParts();

// The pixels of a frame, row by row of the stacked image.
template <typename T>
std::vector<T> Pixels(const PixelView& view) {
  std::vector<T> pixels;
  for (int row = 0; row < view.total_rows(); ++row) {
    const T* from = view.Row<T>(row);
    for (int col = 0; col < view.cols; ++col)
      pixels.push_back(from[col * view.col_stride]);
  }
  return pixels;
}

}  // namespace airy::wire
