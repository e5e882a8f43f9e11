#include "model/safetensors_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "model/json_cursor.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

const char* TypeName(TensorType type) { return type == TensorType::kF16 ? "F16" : "F32"; }

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
    text.append(":{\"dtype\":\"").append(TypeName(tensor.type)).append("\",\"shape\":[");
    comma = "";
    for (const int64_t extent : tensor.shape) {
      text.append(comma).append(std::to_string(extent));
      comma = ",";
    }
    text.append("],\"data_offsets\":[").append(std::to_string(offset)).append(",");
    offset += DenseBytes(tensor).value_or(0);
    text.append(std::to_string(offset)).append("]}");
  }
  text += "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');  // data starts aligned
  return text;
}

}  // namespace

Result<std::unique_ptr<SafetensorsWriter>> SafetensorsWriter::Create(
    const std::string& path, const std::map<std::string, std::string>& metadata,
    std::span<const StoredTensor> tensors) {
  const std::string header = SerialiseHeader(metadata, tensors);
  const uint64_t header_bytes = header.size();
  std::FILE* file = std::fopen((path + ".partial").c_str(), "wb");
  if (file == nullptr) {
    return Unavailable("'" + path +
                       ".partial' cannot be created: " + std::strerror(errno));
  }
  std::unique_ptr<SafetensorsWriter> writer(new SafetensorsWriter(path, file));
  writer->bytes_left_ = sizeof header_bytes + header_bytes;
  for (const StoredTensor& tensor : tensors) {
    const auto bytes = DenseBytes(tensor);
    AIRY_CHECK(bytes);
    writer->bytes_left_ += *bytes;
  }
  AIRY_TRY(writer->Append(std::as_bytes(std::span(&header_bytes, 1))));
  AIRY_TRY(writer->Append(std::as_bytes(std::span(header))));
  return writer;
}

SafetensorsWriter::SafetensorsWriter(const std::string& path, std::FILE* file)
    : path_(path), partial_(path + ".partial"), file_(file) {}

SafetensorsWriter::~SafetensorsWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::remove(partial_.c_str());
}

Status SafetensorsWriter::Refused() const {
  return Unavailable("'" + path_ + "' cannot be written: " + std::strerror(errno));
}

Status SafetensorsWriter::Append(std::span<const std::byte> bytes) {
  AIRY_CHECK(bytes.size() <= bytes_left_);
  bytes_left_ -= bytes.size();
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) {
    return OkStatus();
  }
  return Refused();
}

Status SafetensorsWriter::Close() {
  AIRY_CHECK(bytes_left_ == 0);
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0 ||
      std::rename(partial_.c_str(), path_.c_str()) != 0) {
    return Refused();
  }
  std::fclose(file_);  // all of it is on the disk
  file_ = nullptr;
  return OkStatus();
}

Status WriteSafetensors(const std::string& path, const Safetensors& content) {
  AIRY_ASSIGN_OR_RETURN(const auto writer, SafetensorsWriter::Create(
                                               path, content.metadata, content.tensors));
  for (const StoredTensor& tensor : content.tensors)
    AIRY_TRY(writer->Append(tensor.data));
  return writer->Close();
}

}  // namespace airy::model
