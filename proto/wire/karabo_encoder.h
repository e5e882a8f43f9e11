#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace airy::wire {

// The header parts of a Karabo bridge 2.2 message (FORMAT.md), byte for byte as the
// reference serialiser writes them. Payloads are the caller's: they are large and sent
// from where they lie. A source is one block header, its properties, then pairs of array
// header and array bytes.
std::string EncodeBlockHeader(std::string_view source, uint64_t train_id,
                              int64_t time_unix_ns);
std::string EncodeArrayHeader(std::string_view source, std::string_view path,
                              std::string_view dtype, std::span<const uint64_t> shape);
// The properties of a source that has none: an empty map.
inline constexpr std::string_view kNoProperties = "\x80";

}  // namespace airy::wire
