#include "model/safetensors_spool.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "model/tensor_file.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

// Appends all of `from` to `to`.
bool Append(std::FILE* from, std::FILE* to) {
  std::vector<std::byte> chunk(1 << 20);
  std::rewind(from);
  while (const size_t n = std::fread(chunk.data(), 1, chunk.size(), from)) {
    if (std::fwrite(chunk.data(), 1, n, to) != n) return false;
  }
  return std::ferror(from) == 0;
}

// A file without a name in the folder of `path`; gone when it is closed.
std::FILE* OpenNameless(const std::string& path) {
  std::string name = path + ".XXXXXX";
  const int descriptor = mkstemp(name.data());
  if (descriptor < 0) return nullptr;
  unlink(name.c_str());
  return fdopen(descriptor, "w+b");
}

Status Refused(const std::string& path) {
  return Unavailable("'" + path + "' cannot be written: " + std::strerror(errno));
}

}  // namespace

Result<SafetensorsSpool> SafetensorsSpool::Create(
    const std::string& path,
    std::span<const std::pair<std::string, std::vector<int64_t>>> tensors) {
  SafetensorsSpool spool(path);
  for (const auto& [name, shape] : tensors) {
    Rows rows{name, shape, 0, nullptr};
    rows.file.reset(OpenNameless(path));
    if (rows.file == nullptr) return Refused(path);
    spool.tensors_.push_back(std::move(rows));
  }
  return spool;
}

Status SafetensorsSpool::Add(const std::string& name, std::span<const float> row,
                             const std::vector<int64_t>& shape) {
  const auto rows = std::ranges::find(tensors_, name, &Rows::name);
  AIRY_CHECK(rows != tensors_.end());
  if (!shape.empty()) rows->shape = shape;
  ++rows->count;
  if (std::fwrite(row.data(), sizeof(float), row.size(), rows->file.get()) ==
      row.size()) {
    return OkStatus();
  }
  return Refused(path_);
}

Status SafetensorsSpool::Finish(const std::map<std::string, std::string>& metadata) {
  std::vector<StoredTensor> headers;
  for (const Rows& rows : tensors_) {
    StoredTensor& header = headers.emplace_back();
    header.name = rows.name;
    header.shape = rows.shape;
    header.shape.insert(header.shape.begin(), rows.count);
  }
  return WriteTensorFile(path_, metadata, headers, [this](std::FILE* file) {
    return std::ranges::all_of(tensors_, [file](const Rows& rows) {
      return std::fflush(rows.file.get()) == 0 && Append(rows.file.get(), file);
    });
  });
}

}  // namespace airy::model
