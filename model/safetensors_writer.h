#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "model/safetensors.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Writes a safetensors file part by part, for tensors too large to hold: under a
// temporary name in the same folder, renamed by Close, so that the file is replaced whole
// or not at all. Thread-compatible.
class SafetensorsWriter {
 public:
  // Types and shapes of `tensors` say what will come; data in them is not looked at.
  // Unavailable when the disk refuses.
  static Result<std::unique_ptr<SafetensorsWriter>> Create(
      const std::string& path, const std::map<std::string, std::string>& metadata,
      std::span<const StoredTensor> tensors);
  // Without Close, removes what was written.
  ~SafetensorsWriter();

  // The next bytes of the tensors, which follow each other. Unavailable.
  Status Append(std::span<const std::byte> bytes);
  // Unavailable. All bytes must have been appended.
  Status Close();

 private:
  SafetensorsWriter(const std::string& path, std::FILE* file);
  Status Refused() const;

  const std::string path_;
  const std::string partial_;
  std::FILE* file_;  // null: closed
  uint64_t bytes_left_ = 0;
};

}  // namespace airy::model
