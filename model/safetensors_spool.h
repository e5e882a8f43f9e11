#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/safetensors.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Writes a safetensors file whose tensors grow row by row, without holding them: rows
// wait in nameless files of the same folder. Thread-compatible.
class SafetensorsSpool {
 public:
  // Tensors of float32 rows: name and shape of a row, empty for a scalar. Unavailable
  // when the disk refuses.
  static Result<SafetensorsSpool> Create(
      const std::string& path,
      std::span<const std::pair<std::string, std::vector<int64_t>>> tensors);

  // Appends a row to tensor `name`, one of Create's. With `shape`, all of its rows have
  // that instead of what was said at first.
  Status Add(const std::string& name, std::span<const float> row,
             const std::vector<int64_t>& shape = {});
  // Puts the file together; `path` is replaced whole or not at all. Called once, last.
  Status Finish(const std::map<std::string, std::string>& metadata);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Rows {
    std::string name;
    std::vector<int64_t> shape;
    int64_t count = 0;
    std::unique_ptr<std::FILE, Close> file;
  };
  explicit SafetensorsSpool(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::vector<Rows> tensors_;
};

}  // namespace airy::model
