#include "model/tensor_file.h"

#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>

#include "model/json_cursor.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

const TensorTypeRow& RowOf(TensorType type) {
  return kTensorTypes[static_cast<size_t>(type)];
}

std::string SerialiseHeader(const std::map<std::string, std::string>& metadata,
                            std::span<const StoredTensor> tensors) {
  std::string text = "{\"__metadata__\":{";
  const char* comma = "";
  for (const auto& [key, value] : metadata) {
    text.append(comma).append(JsonQuote(key)).append(":").append(JsonQuote(value));
    comma = ",";
  }
  text += "}";
  uint64_t offset = 0;
  for (const StoredTensor& tensor : tensors) {
    text.append(",").append(JsonQuote(tensor.name));
    text.append(":{\"dtype\":\"")
        .append(RowOf(tensor.type).name)
        .append("\",\"shape\":[");
    comma = "";
    for (const int64_t extent : tensor.shape) {
      text.append(comma).append(std::to_string(extent));
      comma = ",";
    }
    text.append("],\"data_offsets\":[").append(std::to_string(offset)).append(",");
    uint64_t bytes = 0;
    AIRY_CHECK(DenseBytes(tensor, &bytes));
    offset += bytes;
    text.append(std::to_string(offset)).append("]}");
  }
  text += "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');  // data starts aligned
  return text;
}

}  // namespace

bool DenseBytes(const StoredTensor& tensor, uint64_t* bytes) {
  *bytes = RowOf(tensor.type).bytes;
  for (const int64_t extent : tensor.shape) {
    const auto factor = static_cast<uint64_t>(extent);
    if (factor != 0 && *bytes > std::numeric_limits<uint64_t>::max() / factor)
      return false;
    *bytes *= factor;
  }
  return true;
}

Status WriteTensorFile(const std::string& path,
                       const std::map<std::string, std::string>& metadata,
                       std::span<const StoredTensor> tensors,
                       const std::function<bool(std::FILE*)>& write_bytes) {
  const std::string partial = path + ".partial";
  std::FILE* file = std::fopen(partial.c_str(), "wb");
  if (file == nullptr) {
    return Unavailable("'" + partial + "' cannot be created: " + std::strerror(errno));
  }
  const std::string header = SerialiseHeader(metadata, tensors);
  const uint64_t header_bytes = header.size();
  bool written = std::fwrite(&header_bytes, kLengthBytes, 1, file) == 1 &&
                 std::fwrite(header.data(), header.size(), 1, file) == 1 &&
                 write_bytes(file);
  written = written && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  written = std::fclose(file) == 0 && written;
  written = written && std::rename(partial.c_str(), path.c_str()) == 0;
  if (!written) {
    const std::string reason = std::strerror(errno);
    std::remove(partial.c_str());
    return Unavailable("'" + path + "' cannot be written: " + reason);
  }
  return OkStatus();
}

}  // namespace airy::model
