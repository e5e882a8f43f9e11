#pragma once

#include <hdf5.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/cxi/growing_dataset.h"
#include "proto/cxi/h5_io.h"

namespace airy::cxi {

// A growing dataset of small rows, which wait in memory for the next Write. Private to
// this folder. Thread-compatible.
template <typename T>
class Column {
 public:
  Column() = default;

  // Rows of one number, or of `width` numbers.
  static Result<Column> OfNumbers(hid_t file, const std::string& path, size_t width = 1) {
    std::vector<hsize_t> shape;
    if (width > 1) shape.push_back(width);
    return Create(file, path, NativeType<T>(), shape, width);
  }
  // Rows of one text, cut or padded with nulls to `length` bytes.
  static Result<Column> OfTexts(hid_t file, const std::string& path, size_t length) {
    AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(length));
    return Create(file, path, type, {}, length);
  }

  void Add(T value) { waiting_.push_back(value); }
  void Add(std::span<const T> row) {
    waiting_.insert(waiting_.end(), row.begin(), row.end());
  }
  void AddText(std::string_view text) {
    const std::string_view kept = text.substr(0, width_);
    const size_t row = waiting_.size();
    waiting_.resize(row + width_);
    std::copy(kept.begin(), kept.end(), waiting_.begin() + static_cast<ptrdiff_t>(row));
  }

  // Appends the waiting rows to the dataset and shows them to readers.
  Status Write() {
    if (waiting_.empty()) return OkStatus();
    AIRY_TRY(dataset_.Append(waiting_.data(), waiting_.size() / width_));
    waiting_.clear();
    return dataset_.Flush();
  }

  const H5Id& id() const { return dataset_.id(); }

 private:
  static constexpr hsize_t kChunkRows = 256;

  static Result<Column> Create(hid_t file, const std::string& path, hid_t type,
                               std::vector<hsize_t> shape, size_t width) {
    Column column;
    column.width_ = width;
    AIRY_ASSIGN_OR_RETURN(column.dataset_,
                          GrowingDataset::Create(file, {.path = path,
                                                        .type = type,
                                                        .row_shape = std::move(shape),
                                                        .chunk_rows = kChunkRows}));
    return column;
  }

  GrowingDataset dataset_;
  size_t width_ = 1;  // values of T per row
  std::vector<T> waiting_;
};

}  // namespace airy::cxi
