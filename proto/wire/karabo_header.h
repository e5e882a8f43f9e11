#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "proto/wire/decoder.h"

namespace airy::wire {

// The header of one (header, payload) pair of a Karabo bridge 2.2 message; see FORMAT.md.
// Texts are views into the part it was read from. Thread-compatible.
struct KaraboHeader {
  enum class Content : uint8_t { kProperties, kArray };
  static constexpr size_t kMaxAxes = 8;

  std::string_view source;
  Content content = Content::kProperties;

  // kProperties, from the metadata:
  std::optional<uint64_t> train_id;
  int64_t time_unix_ns = 0;  // 0: none given

  // kArray:
  std::string_view path;
  std::string_view dtype;
  std::span<const uint64_t> shape() const { return {axes.data(), axis_count}; }
  std::array<uint64_t, kMaxAxes> axes{};
  size_t axis_count = 0;
};

// Reads a header part. The rejection is truncated or malformed and says what is wrong.
std::optional<Rejection> ReadKaraboHeader(std::span<const std::byte> part,
                                          KaraboHeader* header);

}  // namespace airy::wire
