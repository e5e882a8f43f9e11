#pragma once

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "model/safetensors.h"

// What reading and writing of safetensors share.
namespace airy::model {

inline constexpr size_t kLengthBytes = 8;  // of the header's length

struct TensorTypeRow {
  std::string_view name;
  size_t bytes;
};
// In the order of TensorType.
inline constexpr std::array kTensorTypes = {
    TensorTypeRow{"F32", 4}, TensorTypeRow{"F16", 2}, TensorTypeRow{"I8", 1}};

// Bytes a tensor of this shape takes; false when that overflows.
bool DenseBytes(const StoredTensor& tensor, uint64_t* bytes);

// Writes length and header for `tensors`, whose bytes are not looked at, then what
// `write_bytes` writes of them, false when it cannot. Under a temporary name in the same
// folder, which is then renamed. Unavailable when the disk refuses.
Status WriteTensorFile(const std::string& path,
                       const std::map<std::string, std::string>& metadata,
                       std::span<const StoredTensor> tensors,
                       const std::function<bool(std::FILE*)>& write_bytes);

}  // namespace airy::model
