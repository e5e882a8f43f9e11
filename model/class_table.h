#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "preprocess/frame/check.h"

namespace airy::model {

// One value per class for each of many images, row by row, in somebody else's memory. A
// view: copied freely, valid as long as that memory.
template <typename T>
class ClassRows {
 public:
  ClassRows() = default;
  ClassRows(const T* values, size_t images, size_t classes)
      : values_(values), images_(images), classes_(classes) {}
  // Rows of a number of classes that is known when compiling, such as Labels and
  // ClassProbabilities.
  template <size_t N>
  ClassRows(std::span<const std::array<T, N>> rows)
      : ClassRows(rows.empty() ? nullptr : rows.front().data(), rows.size(), N) {}
  template <size_t N>
  ClassRows(const std::vector<std::array<T, N>>& rows) : ClassRows(std::span(rows)) {}

  size_t size() const { return images_; }  // images
  bool empty() const { return images_ == 0; }
  size_t classes() const { return classes_; }
  std::span<const T> operator[](size_t image) const {
    return {values_ + image * classes_, classes_};
  }

 private:
  const T* values_ = nullptr;
  size_t images_ = 0;
  size_t classes_ = 0;
};

// The same with memory of its own. Thread-compatible.
template <typename T>
class ClassTable {
 public:
  explicit ClassTable(size_t classes) : classes_(classes) { AIRY_CHECK(classes > 0); }

  // A value per class of one more image.
  void Add(std::span<const T> row) {
    AIRY_CHECK(row.size() == classes_);
    values_.insert(values_.end(), row.begin(), row.end());
  }

  size_t size() const { return values_.size() / classes_; }  // images
  size_t classes() const { return classes_; }
  std::span<const T> operator[](size_t image) const { return rows()[image]; }
  ClassRows<T> rows() const { return {values_.data(), size(), classes_}; }
  std::span<const T> values() const { return values_; }  // row by row
  operator ClassRows<T>() const { return rows(); }

 private:
  size_t classes_;
  std::vector<T> values_;
};

// The order of rows of labels in which those of the first classes come first, as keys of
// a map.
struct FirstClassesFirst {
  bool operator()(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) const {
    return std::ranges::lexicographical_compare(b, a);
  }
};

// Labels: 1 where a class applies, else 0.
using LabelRows = ClassRows<uint8_t>;
using LabelTable = ClassTable<uint8_t>;
using ProbabilityRows = ClassRows<float>;
using ProbabilityTable = ClassTable<float>;

}  // namespace airy::model
