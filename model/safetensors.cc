#include "model/safetensors.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <span>

#include "model/json_cursor.h"
#include "model/sha256.h"
#include "model/tensor_file.h"

namespace airy::model {
namespace {

constexpr uint64_t kMaxHeaderBytes = 1 << 20;

Status ParseTensor(JsonCursor* json, TensorPlace* header) {
  std::set<std::string> keys;
  std::string type;
  json->Take('{');
  do {
    const std::string key = json->String();
    json->Take(':');
    if (json->failed() || !keys.insert(key).second) return DataLoss("malformed");
    if (key == "dtype") {
      type = json->String();
    } else if (key == "shape") {
      json->Take('[');
      if (!json->TakeIf(']')) {
        do {
          const uint64_t extent = json->Unsigned();
          if (extent > uint64_t{1} << 40) return DataLoss("extent out of range");
          header->tensor.shape.push_back(static_cast<int64_t>(extent));
        } while (json->TakeIf(','));
        json->Take(']');
      }
    } else if (key == "data_offsets") {
      json->Take('[');
      header->begin = json->Unsigned();
      json->Take(',');
      header->end = json->Unsigned();
      json->Take(']');
    } else {
      return DataLoss("unknown key '" + key + "'");
    }
  } while (json->TakeIf(','));
  json->Take('}');
  if (json->failed() || keys.size() != 3) return DataLoss("malformed");
  const auto row = std::ranges::find(kTensorTypes, type, &TensorTypeRow::name);
  if (row == kTensorTypes.end()) {
    return InvalidArgument("dtype must be F32, F16 or I8; was '" + type + "'");
  }
  header->tensor.type = static_cast<TensorType>(row - kTensorTypes.begin());
  return OkStatus();
}

Status ParseHeader(std::string_view text, std::map<std::string, std::string>* metadata,
                   std::vector<TensorPlace>* headers) {
  JsonCursor json(text);
  std::set<std::string> names;
  json.Take('{');
  if (!json.TakeIf('}')) {
    do {
      const std::string name = json.String();
      json.Take(':');
      if (json.failed() || !names.insert(name).second) break;
      if (name == "__metadata__") {
        json.Take('{');
        if (json.TakeIf('}')) continue;
        do {
          const std::string key = json.String();
          json.Take(':');
          (*metadata)[key] = json.String();
        } while (!json.failed() && json.TakeIf(','));
        json.Take('}');
      } else {
        TensorPlace header;
        header.tensor.name = name;
        if (Status status = ParseTensor(&json, &header); !status.ok()) {
          return status.WithContext("header of tensor '" + name + "'");
        }
        headers->push_back(std::move(header));
      }
    } while (!json.failed() && json.TakeIf(','));
    json.Take('}');
  }
  json.End();
  if (json.failed()) {
    return DataLoss("header is not the JSON of a safetensors file, near byte " +
                    std::to_string(kLengthBytes + json.position()));
  }
  return OkStatus();
}

// The tensors' ranges must cover the data exactly once and agree with their shapes.
Status CheckRanges(std::vector<TensorPlace>* headers, uint64_t data_bytes) {
  std::stable_sort(
      headers->begin(), headers->end(),
      [](const TensorPlace& a, const TensorPlace& b) { return a.begin < b.begin; });
  uint64_t covered = 0;
  for (const TensorPlace& header : *headers) {
    const std::string where = "tensor '" + header.tensor.name + "': ";
    uint64_t bytes = 0;
    if (header.begin != covered || header.end < header.begin || header.end > data_bytes) {
      return DataLoss(where + "data_offsets must lie in " + std::to_string(covered) +
                      ".." + std::to_string(data_bytes) +
                      " without hole or overlap; were " + std::to_string(header.begin) +
                      ".." + std::to_string(header.end));
    }
    if (!DenseBytes(header.tensor, &bytes) || bytes != header.end - header.begin) {
      return DataLoss(where + "shape and data_offsets disagree");
    }
    covered = header.end;
  }
  if (covered != data_bytes) {
    return DataLoss("tensors must cover " + std::to_string(data_bytes) +
                    " bytes of data; covered " + std::to_string(covered));
  }
  return OkStatus();
}

// `start`: of a file of `file_bytes`, with the header if there is one.
Result<SafetensorsIndex> ParseIndex(std::span<const std::byte> start,
                                    uint64_t file_bytes) {
  uint64_t header_bytes = 0;
  if (start.size() < kLengthBytes) {
    return DataLoss("not a safetensors file: " + std::to_string(start.size()) + " bytes");
  }
  std::memcpy(&header_bytes, start.data(), kLengthBytes);
  const uint64_t room = std::min(kMaxHeaderBytes, file_bytes - kLengthBytes);
  if (header_bytes < 2 || header_bytes > room) {
    return DataLoss("not a whole safetensors file: header length must be 2.." +
                    std::to_string(room) + " bytes; was " + std::to_string(header_bytes));
  }
  const std::string_view text(reinterpret_cast<const char*>(start.data()) + kLengthBytes,
                              header_bytes);
  SafetensorsIndex index;
  AIRY_TRY(ParseHeader(text, &index.metadata, &index.tensors));
  const uint64_t data = kLengthBytes + header_bytes;
  AIRY_TRY(CheckRanges(&index.tensors, file_bytes - data));
  for (TensorPlace& place : index.tensors) {
    place.begin += data;
    place.end += data;
  }
  return index;
}

// The first `most` bytes of a file, or all if it is shorter.
Result<std::vector<std::byte>> ReadStart(const std::string& path, uint64_t most,
                                         uint64_t* file_bytes) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return NotFound("no file at '" + path + "'");
  }
  *file_bytes = std::filesystem::file_size(path, error);
  std::vector<std::byte> bytes(std::min(most, *file_bytes));
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  if (error || !stream) return DataLoss("'" + path + "' cannot be read");
  return bytes;
}

}  // namespace

Result<Safetensors> ReadSafetensors(const std::string& path) {
  uint64_t file_bytes = 0;
  AIRY_ASSIGN_OR_RETURN(
      const std::vector<std::byte> file,
      ReadStart(path, std::numeric_limits<uint64_t>::max(), &file_bytes));
  Result<SafetensorsIndex> index = ParseIndex(file, file_bytes);
  if (!index.ok()) return index.status().WithContext(path);
  Safetensors content{std::move(index->metadata), {}, Sha256Hex(file)};
  for (TensorPlace& place : index->tensors) {
    const auto bytes = std::span(file).subspan(place.begin, place.end - place.begin);
    place.tensor.data.assign(bytes.begin(), bytes.end());
    content.tensors.push_back(std::move(place.tensor));
  }
  return content;
}

Result<SafetensorsIndex> ReadSafetensorsIndex(const std::string& path) {
  uint64_t file_bytes = 0;
  AIRY_ASSIGN_OR_RETURN(const std::vector<std::byte> start,
                        ReadStart(path, kLengthBytes + kMaxHeaderBytes, &file_bytes));
  Result<SafetensorsIndex> index = ParseIndex(start, file_bytes);
  if (!index.ok()) return index.status().WithContext(path);
  return index;
}

Status WriteSafetensors(const std::string& path, const Safetensors& content) {
  return WriteTensorFile(path, content.metadata, content.tensors, [&](std::FILE* file) {
    return std::ranges::all_of(content.tensors, [file](const StoredTensor& tensor) {
      return std::fwrite(tensor.data.data(), 1, tensor.data.size(), file) ==
             tensor.data.size();
    });
  });
}

}  // namespace airy::model
