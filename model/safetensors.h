#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "preprocess/frame/result.h"

namespace airy::model {

// The safetensors file format: u64 little-endian header length, a JSON header, then the
// tensors' bytes. Only the types airy writes are read. Any safetensors library reads what
// is written here; nothing in a file is ever executed.
enum class TensorType : uint8_t { kF32, kF16, kI8 };

struct StoredTensor {
  std::string name;
  TensorType type = TensorType::kF32;
  std::vector<int64_t> shape;   // row-major; empty for a scalar
  std::vector<std::byte> data;  // little-endian, dense
};

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<StoredTensor> tensors;
  std::string sha256;  // of the file read, lower-case hex; ignored when writing
};

// NotFound; InvalidArgument (another type of tensor); DataLoss for everything that is no
// whole safetensors file: a header longer than 1 MiB or than the file, malformed JSON, a
// repeated name, offsets that overlap, leave a hole or disagree with the shape.
Result<Safetensors> ReadSafetensors(const std::string& path);

// A file without its tensors' bytes, for one that is too large to hold.
struct TensorPlace {
  StoredTensor tensor;  // without data, which is bytes begin..end of the file
  uint64_t begin = 0;
  uint64_t end = 0;
};
struct SafetensorsIndex {
  std::map<std::string, std::string> metadata;
  std::vector<TensorPlace> tensors;
};

// As ReadSafetensors.
Result<SafetensorsIndex> ReadSafetensorsIndex(const std::string& path);

// Writes under a temporary name in the same folder, then renames: `path` is replaced
// whole or not at all. Unavailable when the disk refuses.
Status WriteSafetensors(const std::string& path, const Safetensors& content);

}  // namespace airy::model
